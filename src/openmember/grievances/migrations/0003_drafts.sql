-- What somebody answered so far and has not sent: one for each person, with its files.
CREATE TABLE grievances_draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL UNIQUE REFERENCES members_user ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members_member,
    answers jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(answers) = 'object'),
    -- The key of the form: of one draft, one dispute.
    key text COLLATE "C" NOT NULL UNIQUE CHECK (key <> '' AND length(key) <= 64),
    started_at timestamptz NOT NULL,
    saved_at timestamptz NOT NULL CHECK (saved_at >= started_at)
);

CREATE TABLE grievances_draft_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id bigint NOT NULL REFERENCES grievances_draft ON DELETE CASCADE,
    stored_as text COLLATE "C" NOT NULL UNIQUE REFERENCES documents_file,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 120)
);
CREATE INDEX grievances_draft_file_of ON grievances_draft_file (draft_id, id);
