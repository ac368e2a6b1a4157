-- Contacts with people, on every channel.
CREATE TABLE cases_interaction (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL CHECK (channel IN ('phone', 'portal', 'message', 'in_person', 'mail', 'email', 'phone_line')),
    is_outbound boolean NOT NULL DEFAULT false,
    member_id bigint REFERENCES members_member,
    account_number varchar(12) COLLATE "C" REFERENCES accounts_account,
    verified_at timestamptz,
    verified_factors text[] NOT NULL DEFAULT '{}',
    user_id bigint REFERENCES members_user,
    -- Copied as they were: people move and change their names, and the contact was with who it was.
    representative_name text NOT NULL DEFAULT '',
    representative_location text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    interpreter_language text NOT NULL DEFAULT '',
    interpreter_mode text NOT NULL DEFAULT '' CHECK (interpreter_mode IN ('', 'phone', 'video', 'in_person')),
    relay text NOT NULL DEFAULT '' CHECK (relay IN ('', 'tty', 'relay')),
    region text NOT NULL DEFAULT '',
    team text NOT NULL DEFAULT '',
    topic text NOT NULL DEFAULT '',
    need text NOT NULL DEFAULT '' CHECK (length(need) <= 8000),
    notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 20000),
    notes_version integer NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'answered', 'case', 'transferred', 'callback', 'abandoned', 'no_answer', 'referred')),
    arrived_at timestamptz NOT NULL,
    answered_at timestamptz,
    ended_at timestamptz,
    CHECK (answered_at >= arrived_at),
    CHECK (ended_at >= coalesce(answered_at, arrived_at)),
    CHECK ((ended_at IS NULL) = (outcome = '')),
    CHECK (verified_at IS NULL OR member_id IS NOT NULL AND cardinality(verified_factors) >= 1),
    CHECK ((interpreter_language = '') = (interpreter_mode = ''))
);
CREATE INDEX cases_interaction_of_member ON cases_interaction (member_id, arrived_at DESC) WHERE member_id IS NOT NULL;
CREATE INDEX cases_interaction_of_account ON cases_interaction (account_number, arrived_at DESC) WHERE account_number IS NOT NULL;
CREATE INDEX cases_interaction_open ON cases_interaction (user_id) WHERE ended_at IS NULL;
CREATE INDEX cases_interaction_waiting ON cases_interaction (team, region, arrived_at) WHERE answered_at IS NULL AND ended_at IS NULL;
CREATE INDEX cases_interaction_by_time ON cases_interaction (arrived_at);

CREATE FUNCTION cases_guard_interaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'a contact is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.verified_at IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id THEN
        RAISE EXCEPTION 'who was verified stays who it was' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.answered_at IS NOT NULL AND (NEW.user_id, NEW.representative_name, NEW.representative_location, NEW.answered_at)
       IS DISTINCT FROM (OLD.user_id, OLD.representative_name, OLD.representative_location, OLD.answered_at) THEN
        RAISE EXCEPTION 'who answered a contact stays who it was' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.arrived_at <> OLD.arrived_at OR OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.outcome) IS DISTINCT FROM (OLD.ended_at, OLD.outcome) THEN
        RAISE EXCEPTION 'when a contact was, and how it ended, stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_interaction BEFORE UPDATE OR DELETE ON cases_interaction
    FOR EACH ROW EXECUTE FUNCTION cases_guard_interaction();
CREATE TRIGGER cases_interaction_stays BEFORE TRUNCATE ON cases_interaction
    FOR EACH STATEMENT EXECUTE FUNCTION cases_guard_interaction();

-- Every text of the notes that anybody saved, those that lost to another's included.
CREATE TABLE cases_notes_saved (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    interaction_id bigint NOT NULL REFERENCES cases_interaction,
    version integer NOT NULL,
    is_kept boolean NOT NULL,
    body text NOT NULL CHECK (length(body) <= 20000),
    author text NOT NULL CHECK (author <> ''),
    author_name text NOT NULL DEFAULT '',
    at timestamptz NOT NULL
);
CREATE INDEX cases_notes_of_interaction ON cases_notes_saved (interaction_id, id);
CREATE UNIQUE INDEX cases_notes_version ON cases_notes_saved (interaction_id, version) WHERE is_kept;
CREATE TRIGGER cases_notes_guard BEFORE UPDATE OR DELETE ON cases_notes_saved
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE cases_interaction_case (
    interaction_id bigint NOT NULL REFERENCES cases_interaction,
    case_id bigint NOT NULL REFERENCES cases_case,
    at timestamptz NOT NULL,
    PRIMARY KEY (interaction_id, case_id)
);
CREATE INDEX cases_interactions_of_case ON cases_interaction_case (case_id);

-- The same member with the same need again and again: who sees it through, once somebody has said yes.
CREATE TABLE cases_repeat (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES members_member,
    topic text NOT NULL CHECK (topic <> ''),
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'ended')),
    interaction_ids bigint[] NOT NULL CHECK (cardinality(interaction_ids) > 1),
    found_at timestamptz NOT NULL,
    region text NOT NULL DEFAULT '',
    team text NOT NULL DEFAULT '',
    kind text CHECK (kind IN ('owner', 'case_manager')),
    owner_id bigint REFERENCES members_user,
    owner_name text NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_by text,
    reason text NOT NULL DEFAULT '',
    ended_at timestamptz,
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK (state NOT IN ('accepted', 'ended') OR owner_id IS NOT NULL AND kind IS NOT NULL AND owner_name <> ''),
    CHECK (state <> 'declined' OR reason <> ''),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX cases_repeat_once ON cases_repeat (member_id, topic) WHERE state IN ('proposed', 'accepted');
CREATE INDEX cases_repeat_waiting ON cases_repeat (team, region, id) WHERE state = 'proposed';
CREATE INDEX cases_repeat_of_member ON cases_repeat (member_id, id);
