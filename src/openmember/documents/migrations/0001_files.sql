-- Files people sent. What they are about, and who may read them, stands in the room that owns them.
CREATE TABLE documents_file (
    stored_as text COLLATE "C" PRIMARY KEY CHECK (stored_as ~ '^[0-9a-f]{48}$'),
    media_type text NOT NULL CHECK (media_type <> ''),
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    scan text NOT NULL CHECK (scan IN ('none', 'waiting', 'clean', 'infected')),
    scanned_at timestamptz,
    kept_at timestamptz NOT NULL DEFAULT now(),
    dropped_at timestamptz,
    CHECK (scan <> 'infected' OR dropped_at IS NOT NULL)
);
CREATE INDEX documents_waiting ON documents_file (kept_at) WHERE scan = 'waiting' AND dropped_at IS NULL;

-- What was taken in stays what it is; only the scanner's word and the day it was taken back come later.
CREATE TRIGGER documents_file_is_fixed BEFORE UPDATE OF stored_as, media_type, size_bytes, sha256, kept_at OR DELETE
    ON documents_file FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER documents_file_stays BEFORE TRUNCATE ON documents_file
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
