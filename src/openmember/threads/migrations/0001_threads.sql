-- What a member and a team write to each other about one case. A message is a note of the case that the member reads;
-- its files are documents of the case. Here stand who has read it, what is still being written, and who was told.

CREATE TABLE threads_thread (
    case_id bigint PRIMARY KEY REFERENCES cases_case,
    member_id bigint NOT NULL REFERENCES members_member,
    opened_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    last_is_members boolean NOT NULL,
    -- A copy of what the log of the case says was promised, so that the oldest promise is found first.
    reply_due_at timestamptz,
    CHECK (last_at >= opened_at)
);
CREATE INDEX threads_of_member ON threads_thread (member_id, last_at DESC);
CREATE INDEX threads_due ON threads_thread (reply_due_at) WHERE reply_due_at IS NOT NULL;
CREATE INDEX threads_latest ON threads_thread (last_at DESC, case_id DESC);

CREATE FUNCTION threads_guard_thread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND member_id = NEW.member_id) THEN
        RAISE EXCEPTION 'a thread is the member''s whose case it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER threads_guard_thread BEFORE INSERT OR UPDATE OF case_id, member_id ON threads_thread
    FOR EACH ROW EXECUTE FUNCTION threads_guard_thread();

CREATE TABLE threads_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES threads_thread,
    note_id bigint NOT NULL UNIQUE REFERENCES cases_note,
    at timestamptz NOT NULL,
    is_members boolean NOT NULL,
    -- The key of the draft it was: of one draft, one message.
    sent_as text COLLATE "C" NOT NULL UNIQUE CHECK (sent_as <> '' AND length(sent_as) <= 64),
    flags text[] NOT NULL DEFAULT '{}',
    terms text[] NOT NULL DEFAULT '{}',
    CHECK (is_members OR flags = '{}')
);
CREATE INDEX threads_message_of_case ON threads_message (case_id, id);
CREATE INDEX threads_message_found ON threads_message USING gin (terms);

CREATE FUNCTION threads_guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cases_note WHERE id = NEW.note_id AND case_id = NEW.case_id AND is_visible
           AND starts_with(author, 'member:') = NEW.is_members
    ) THEN
        RAISE EXCEPTION 'a message is a note of its case that the member reads' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER threads_guard_message BEFORE INSERT ON threads_message
    FOR EACH ROW EXECUTE FUNCTION threads_guard_message();
CREATE TRIGGER threads_message_guard BEFORE UPDATE OR DELETE ON threads_message
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER threads_message_stays BEFORE TRUNCATE ON threads_message
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE threads_attachment (
    document_id bigint PRIMARY KEY REFERENCES cases_document,
    message_id bigint NOT NULL REFERENCES threads_message
);
CREATE INDEX threads_attachment_of ON threads_attachment (message_id);

CREATE FUNCTION threads_guard_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cases_document d JOIN threads_message m ON m.case_id = d.case_id
        WHERE d.id = NEW.document_id AND m.id = NEW.message_id AND d.is_visible
    ) THEN
        RAISE EXCEPTION 'a file of a message is a document of its case that the member reads'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER threads_guard_attachment BEFORE INSERT ON threads_attachment
    FOR EACH ROW EXECUTE FUNCTION threads_guard_attachment();
CREATE TRIGGER threads_attachment_guard BEFORE UPDATE OR DELETE ON threads_attachment
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER threads_attachment_stays BEFORE TRUNCATE ON threads_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- Who had a message before them, once each.
CREATE TABLE threads_seen (
    message_id bigint NOT NULL REFERENCES threads_message,
    user_id bigint NOT NULL REFERENCES members_user,
    is_member boolean NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, user_id)
);
CREATE TRIGGER threads_seen_guard BEFORE UPDATE OR DELETE ON threads_seen
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER threads_seen_stays BEFORE TRUNCATE ON threads_seen
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What somebody writes and has not sent: one for each thread, and several that are to begin one.
CREATE TABLE threads_draft (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES members_user ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members_member,
    case_id bigint REFERENCES cases_case,
    team text NOT NULL DEFAULT '',
    subject text NOT NULL DEFAULT '' CHECK (length(subject) <= 120),
    body text NOT NULL DEFAULT '' CHECK (length(body) <= 8000),
    key text COLLATE "C" NOT NULL UNIQUE CHECK (key <> '' AND length(key) <= 64),
    version integer NOT NULL DEFAULT 1,
    saved_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX threads_draft_of_case ON threads_draft (user_id, case_id) WHERE case_id IS NOT NULL;
CREATE INDEX threads_draft_of_user ON threads_draft (user_id, saved_at DESC);

CREATE TABLE threads_draft_file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    draft_id bigint NOT NULL REFERENCES threads_draft ON DELETE CASCADE,
    stored_as text COLLATE "C" NOT NULL UNIQUE REFERENCES documents_file,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 120)
);
CREATE INDEX threads_draft_file_of ON threads_draft_file (draft_id, id);

-- How somebody is told that a message waits. Who said nothing is told by e-mail.
CREATE TABLE threads_wish (
    user_id bigint PRIMARY KEY REFERENCES members_user ON DELETE CASCADE,
    by_email boolean NOT NULL,
    by_text boolean NOT NULL,
    changed_at timestamptz NOT NULL
);

-- That there is something to read, and nothing of what it says: for one person about one case, until it went out.
CREATE TABLE threads_notice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    user_id bigint NOT NULL REFERENCES members_user ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members_member,
    made_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    emailed_at timestamptz,
    over_at timestamptz,
    CHECK (emailed_at IS NULL OR over_at IS NOT NULL)
);
-- Two messages at once are told of once.
CREATE UNIQUE INDEX threads_notice_once ON threads_notice (case_id, user_id) WHERE over_at IS NULL AND tries = 0;
CREATE INDEX threads_notice_due ON threads_notice (due_at) WHERE over_at IS NULL;

-- A settled case owes no reply. One that is joined with another leaves it what it owed.
CREATE FUNCTION threads_case_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed timestamptz;
BEGIN
    SELECT reply_due_at INTO owed FROM threads_thread WHERE case_id = NEW.id;
    UPDATE threads_thread SET reply_due_at = NULL WHERE case_id = NEW.id AND reply_due_at IS NOT NULL;
    IF NEW.merged_into IS NOT NULL THEN
        INSERT INTO threads_thread AS t (case_id, member_id, opened_at, last_at, last_is_members, reply_due_at)
            SELECT NEW.merged_into, member_id, opened_at, last_at, last_is_members, owed
            FROM threads_thread WHERE case_id = NEW.id
        ON CONFLICT (case_id) DO UPDATE SET reply_due_at = least(t.reply_due_at, excluded.reply_due_at),
            opened_at = least(t.opened_at, excluded.opened_at), last_at = greatest(t.last_at, excluded.last_at),
            last_is_members = CASE WHEN excluded.last_at > t.last_at THEN excluded.last_is_members ELSE t.last_is_members END;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER threads_case_moved AFTER UPDATE OF status ON cases_case
    FOR EACH ROW WHEN (NEW.status IN ('resolved', 'closed', 'merged') AND OLD.status <> NEW.status)
    EXECUTE FUNCTION threads_case_moved();
