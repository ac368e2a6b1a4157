-- Who is there for members: a log of what each person said or did, and where it stands now.
CREATE TABLE cases_duty_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES members_user,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL CHECK (state IN ('available', 'in_contact', 'after_contact', 'break', 'away')),
    break_kind text NOT NULL DEFAULT '' CHECK (break_kind IN ('', 'rest', 'meal', 'training', 'meeting')),
    cause text NOT NULL CHECK (cause IN ('chosen', 'pulled', 'contact', 'call', 'unseen')),
    CHECK ((state = 'break') = (break_kind <> '')),
    -- Being in a contact follows from one; nobody says so of themselves.
    CHECK (state <> 'in_contact' OR cause IN ('contact', 'call')),
    CHECK (cause <> 'unseen' OR state = 'away')
);
CREATE INDEX cases_duty_event_of_user ON cases_duty_event (user_id, id);
CREATE INDEX cases_duty_event_by_time ON cases_duty_event (at);
CREATE TRIGGER cases_duty_event_guard BEFORE UPDATE OR DELETE ON cases_duty_event
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER cases_duty_event_stays BEFORE TRUNCATE ON cases_duty_event
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- The last event of each person, and when their browser was last heard of.
CREATE TABLE cases_duty (
    user_id bigint PRIMARY KEY REFERENCES members_user,
    state text NOT NULL CHECK (state IN ('available', 'in_contact', 'after_contact', 'break', 'away')),
    break_kind text NOT NULL DEFAULT '',
    cause text NOT NULL,
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    CHECK ((state = 'break') = (break_kind <> ''))
) WITH (fillfactor = 70);
CREATE INDEX cases_duty_here ON cases_duty (state) WHERE state <> 'away';

CREATE FUNCTION cases_duty_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_duty AS d (user_id, state, break_kind, cause, since, seen_at)
        VALUES (NEW.user_id, NEW.state, NEW.break_kind, NEW.cause, NEW.at, NEW.at)
    ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, break_kind = excluded.break_kind, cause = excluded.cause,
        since = excluded.since,
        seen_at = CASE WHEN NEW.cause = 'unseen' THEN d.seen_at ELSE greatest(d.seen_at, excluded.seen_at) END;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_duty_moved AFTER INSERT ON cases_duty_event FOR EACH ROW EXECUTE FUNCTION cases_duty_moved();

-- By when the team owes a reply in writing: a copy of what the room of messages keeps, so that the next case is the one
-- whose promise ends first, whichever promise that is.
ALTER TABLE cases_case ADD COLUMN reply_due_at timestamptz;
CREATE INDEX cases_reply_to_take ON cases_case (team, region, priority, reply_due_at, id)
    WHERE is_open AND owner_id IS NULL AND reply_due_at IS NOT NULL;
