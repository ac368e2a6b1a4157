-- The evidence file as one document: who asked for it, what was made, and which documents the member is not given.

CREATE TABLE grievances_package (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    purpose text NOT NULL CHECK (purpose IN ('reviewer', 'copy')),
    language text NOT NULL CHECK (language IN ('en', 'es', 'zh-hant')),
    -- The PDF, and the ZIP that holds it with its list and what could not be set as pages.
    stored_as text COLLATE "C" NOT NULL UNIQUE REFERENCES documents_file,
    bundled_as text COLLATE "C" NOT NULL UNIQUE REFERENCES documents_file,
    -- What the ZIP comes to: the same contents are made once.
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    pages integer NOT NULL CHECK (pages >= 0),
    bound jsonb NOT NULL CHECK (jsonb_typeof(bound) = 'array'),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL CHECK (made_by <> ''),
    UNIQUE (dispute_id, purpose, sha256),
    UNIQUE (id, dispute_id, purpose)
);
CREATE TRIGGER grievances_package_guard BEFORE UPDATE OR DELETE ON grievances_package
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_package_stays BEFORE TRUNCATE ON grievances_package
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- Somebody wants the file. A job makes it: an order without a package is what is left to do.
CREATE TABLE grievances_order (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    purpose text NOT NULL CHECK (purpose IN ('reviewer', 'copy')),
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL CHECK (asked_by <> ''),
    asked_name text NOT NULL DEFAULT '',
    on_paper boolean NOT NULL DEFAULT false,
    tries smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    package_id bigint,
    given_at timestamptz CHECK (given_at >= asked_at),
    -- The letter that tells the member, and when the pages went to the printer.
    letter_id bigint,
    printed_at timestamptz CHECK (printed_at >= given_at),
    FOREIGN KEY (package_id, dispute_id, purpose) REFERENCES grievances_package (id, dispute_id, purpose),
    CHECK ((package_id IS NULL) = (given_at IS NULL)),
    CHECK (NOT on_paper OR purpose = 'copy'),
    CHECK (printed_at IS NULL OR on_paper)
);
-- Asked for twice while it is made, it is one.
CREATE UNIQUE INDEX grievances_order_open ON grievances_order (dispute_id, purpose) WHERE package_id IS NULL;
CREATE INDEX grievances_order_of ON grievances_order (dispute_id, id);
CREATE INDEX grievances_order_to_print ON grievances_order (id) WHERE on_paper AND given_at IS NOT NULL AND printed_at IS NULL;

CREATE FUNCTION grievances_guard_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'who asked for a file stays written' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.dispute_id, NEW.purpose, NEW.asked_at, NEW.asked_by) IS DISTINCT FROM
       (OLD.dispute_id, OLD.purpose, OLD.asked_at, OLD.asked_by)
       OR OLD.given_at IS NOT NULL AND (NEW.package_id, NEW.given_at, NEW.on_paper) IS DISTINCT FROM
                                       (OLD.package_id, OLD.given_at, OLD.on_paper)
       OR OLD.printed_at IS NOT NULL AND NEW.printed_at IS DISTINCT FROM OLD.printed_at THEN
        RAISE EXCEPTION 'what was asked for and given stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_order BEFORE UPDATE OR DELETE ON grievances_order
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_order();
CREATE TRIGGER grievances_order_stays BEFORE TRUNCATE ON grievances_order
    FOR EACH STATEMENT EXECUTE FUNCTION grievances_guard_order();

-- What the member is not given, with a code they read in words. The last word about a document counts; none: given.
CREATE TABLE grievances_withheld (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id bigint NOT NULL REFERENCES cases_document,
    code text NOT NULL CHECK (code IN ('', 'legal_advice', 'other_person', 'harm', 'reviewers_work')),
    why text NOT NULL CHECK (why <> '' AND length(why) <= 500),
    at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT ''
);
CREATE INDEX grievances_withheld_of ON grievances_withheld (document_id, id);
CREATE TRIGGER grievances_withheld_guard BEFORE UPDATE OR DELETE ON grievances_withheld
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_withheld_stays BEFORE TRUNCATE ON grievances_withheld
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- A text is set as pages now, and is counted anew.
DELETE FROM grievances_pages p USING cases_document d JOIN documents_file f USING (stored_as)
    WHERE p.document_id = d.id AND p.pages IS NULL AND f.media_type = 'text/plain';
