-- Cases, their log, and what hangs on them. The log is only ever added to; clocks are worked out from it.

CREATE SEQUENCE cases_number;

CREATE TABLE cases_case (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number text COLLATE "C" NOT NULL UNIQUE CHECK (number ~ '^CA-[0-9]{2}-[0-9A-HJKMNP-TV-Z]{6,9}$'),
    category text NOT NULL CHECK (category <> ''),
    team text NOT NULL CHECK (team <> ''),
    region text NOT NULL DEFAULT '',
    topic text NOT NULL CHECK (topic <> ''),
    priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 4),
    status text NOT NULL CHECK (status IN ('new', 'open', 'waiting_on_member', 'waiting_on_other', 'reopened',
                                           'resolved', 'closed', 'merged')),
    is_open boolean NOT NULL GENERATED ALWAYS AS (status NOT IN ('resolved', 'closed', 'merged')) STORED,
    member_id bigint REFERENCES members_member,
    account_number varchar(12) COLLATE "C" REFERENCES accounts_account,
    subject text NOT NULL CHECK (subject <> '' AND length(subject) <= 160),
    need text NOT NULL DEFAULT '' CHECK (length(need) <= 8000),
    language text NOT NULL DEFAULT '',
    channel text NOT NULL CHECK (channel IN ('phone', 'portal', 'message', 'in_person', 'mail', 'email', 'phone_line')),
    owner_id bigint REFERENCES members_user,
    owner_name text NOT NULL DEFAULT '',
    facts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(facts) = 'object'),
    version integer NOT NULL DEFAULT 1,
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL CHECK (opened_by <> ''),
    resolved_at timestamptz,
    closed_at timestamptz,
    resolution text NOT NULL DEFAULT '' CHECK (length(resolution) <= 8000),
    resolutions integer NOT NULL DEFAULT 0,
    -- A copy of what the log says, so that queues can be sorted; `openmember cases check` proves it.
    due_at timestamptz,
    due_sort timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(due_at, 'infinity'::timestamptz)) STORED,
    is_expedited boolean NOT NULL DEFAULT false,
    merged_into bigint REFERENCES cases_case,
    CHECK ((status = 'merged') = (merged_into IS NOT NULL)),
    CHECK (merged_into <> id),
    CHECK (status NOT IN ('resolved', 'closed') OR resolved_at IS NOT NULL),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK (due_at IS NULL OR status NOT IN ('resolved', 'closed', 'merged')),
    CHECK ((owner_id IS NULL) = (owner_name = ''))
);
-- A page of a queue starts where the last one ended, in any team and region, by walking this.
CREATE INDEX cases_queue ON cases_case (team, region, priority, due_sort, id) WHERE is_open;
CREATE INDEX cases_to_take ON cases_case (team, region, priority, due_sort, id) WHERE is_open AND owner_id IS NULL;
CREATE INDEX cases_owned ON cases_case (owner_id, priority, due_sort, id) WHERE is_open;
CREATE INDEX cases_due ON cases_case (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX cases_of_member ON cases_case (member_id, id DESC) WHERE member_id IS NOT NULL;
CREATE INDEX cases_of_account ON cases_case (account_number, id DESC) WHERE account_number IS NOT NULL;
CREATE INDEX cases_merged ON cases_case (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX cases_to_close ON cases_case (resolved_at) WHERE status = 'resolved';

-- The one table of moves. `cases.rules.MOVES` says the same to people; a test holds them together.
CREATE FUNCTION cases_may_move(p_from text, p_to text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE p_from
        WHEN 'new' THEN p_to IN ('open', 'waiting_on_member', 'waiting_on_other', 'resolved', 'merged')
        WHEN 'open' THEN p_to IN ('waiting_on_member', 'waiting_on_other', 'resolved', 'merged')
        WHEN 'waiting_on_member' THEN p_to IN ('open', 'waiting_on_other', 'resolved', 'merged')
        WHEN 'waiting_on_other' THEN p_to IN ('open', 'waiting_on_member', 'resolved', 'merged')
        WHEN 'reopened' THEN p_to IN ('open', 'waiting_on_member', 'waiting_on_other', 'resolved', 'merged')
        WHEN 'resolved' THEN p_to IN ('closed', 'reopened', 'merged')
        WHEN 'closed' THEN p_to IN ('reopened')
        ELSE false
    END
$$;

CREATE FUNCTION cases_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.number, NEW.opened_at, NEW.opened_by) IS DISTINCT FROM (OLD.number, OLD.opened_at, OLD.opened_by) THEN
        RAISE EXCEPTION 'the number and the beginning of a case stay' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT cases_may_move(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'a case does not move from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.merged_into IS DISTINCT FROM OLD.merged_into AND (
        NEW.merged_into IS NULL OR EXISTS (SELECT 1 FROM cases_case WHERE id = NEW.merged_into AND merged_into IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'a case is merged into one that stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_case BEFORE UPDATE OR DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_guard_case();
CREATE TRIGGER cases_case_stays BEFORE TRUNCATE ON cases_case FOR EACH STATEMENT EXECUTE FUNCTION cases_guard_case();

CREATE TABLE cases_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL CHECK (kind ~ '^[a-z_]+$'),
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT '',
    is_visible boolean NOT NULL DEFAULT false,
    detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object')
);
CREATE INDEX cases_event_of_case ON cases_event (case_id, id);
CREATE INDEX cases_event_by_kind ON cases_event (kind, at);
CREATE TRIGGER cases_event_guard BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER cases_event_stays BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE cases_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    author_name text NOT NULL DEFAULT '',
    is_visible boolean NOT NULL,
    body text NOT NULL CHECK (body <> '' AND length(body) <= 8000)
);
CREATE INDEX cases_note_of_case ON cases_note (case_id, id);
CREATE TRIGGER cases_note_guard BEFORE UPDATE OR DELETE ON cases_note
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER cases_note_stays BEFORE TRUNCATE ON cases_note
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What somebody is writing and has not sent: one for each person and case, so that two lose nothing.
CREATE TABLE cases_draft (
    case_id bigint NOT NULL REFERENCES cases_case,
    user_id bigint NOT NULL REFERENCES members_user,
    body text NOT NULL CHECK (length(body) <= 8000),
    version integer NOT NULL DEFAULT 1,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, user_id)
);

CREATE TABLE cases_tick (
    case_id bigint NOT NULL REFERENCES cases_case,
    item text NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    actor_name text NOT NULL DEFAULT '',
    PRIMARY KEY (case_id, item)
);

CREATE TABLE cases_watch (
    case_id bigint NOT NULL REFERENCES cases_case,
    user_id bigint NOT NULL REFERENCES members_user,
    since timestamptz NOT NULL,
    PRIMARY KEY (case_id, user_id)
);
CREATE INDEX cases_watched_by ON cases_watch (user_id);

-- What a case is about. Bills, payments and claims are named by their own keys, within the account.
CREATE TABLE cases_link (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    kind text NOT NULL CHECK (kind IN ('bill', 'claim', 'payment', 'account', 'case', 'letter')),
    target text NOT NULL CHECK (target <> ''),
    account_number varchar(12) COLLATE "C" REFERENCES accounts_account,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    removed_at timestamptz,
    CHECK (kind = 'case' OR account_number IS NOT NULL)
);
CREATE UNIQUE INDEX cases_link_once ON cases_link (case_id, kind, target) WHERE removed_at IS NULL;
CREATE INDEX cases_link_to ON cases_link (kind, target) WHERE removed_at IS NULL;

CREATE TABLE cases_document (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    stored_as text COLLATE "C" NOT NULL UNIQUE REFERENCES documents_file,
    name text NOT NULL CHECK (name <> '' AND length(name) <= 120),
    is_visible boolean NOT NULL,
    added_at timestamptz NOT NULL,
    added_by text NOT NULL,
    removed_at timestamptz
);
CREATE INDEX cases_document_of_case ON cases_document (case_id, id);

CREATE TABLE cases_satisfaction (
    case_id bigint NOT NULL REFERENCES cases_case,
    resolution integer NOT NULL CHECK (resolution > 0),
    score smallint NOT NULL CHECK (score BETWEEN 1 AND 5),
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
    at timestamptz NOT NULL,
    PRIMARY KEY (case_id, resolution)
);

-- Who has a case in front of them. Lost with the server, and nothing is lost with it.
CREATE UNLOGGED TABLE cases_presence (
    case_id bigint NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    is_writing boolean NOT NULL DEFAULT false,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, user_id)
);

CREATE TABLE cases_expedite (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    reason text NOT NULL CHECK (reason <> ''),
    by_clinician boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    asked_name text NOT NULL DEFAULT '',
    granted boolean,
    decision text NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_by text,
    decided_name text NOT NULL DEFAULT '',
    CHECK (num_nulls(granted, decided_at, decided_by) IN (0, 3)),
    CHECK (granted IS NOT false OR decision <> '')
);
CREATE UNIQUE INDEX cases_expedite_one ON cases_expedite (case_id) WHERE granted IS NULL;
