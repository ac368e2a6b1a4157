-- To whom outside the plan the file went, with what shows it, and what they said. Only ever added to.

CREATE TABLE grievances_handoff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    -- Of which visit to a level, for which of its steps, and the how manieth time.
    visit smallint NOT NULL CHECK (visit > 0),
    step text NOT NULL CHECK (step IN ('forward', 'documents')),
    turn smallint NOT NULL CHECK (turn > 0),
    level text NOT NULL CHECK (level IN ('external', 'ire')),
    reviewer text NOT NULL CHECK (reviewer <> ''),
    reviewer_name text NOT NULL CHECK (reviewer_name <> '' AND length(reviewer_name) <= 160),
    package_id bigint NOT NULL,
    purpose text NOT NULL GENERATED ALWAYS AS ('reviewer') STORED,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    way text NOT NULL CHECK (way IN ('portal', 'fax', 'mail', 'courier')),
    sent_to text NOT NULL CHECK (sent_to <> '' AND length(sent_to) <= 300),
    proof text NOT NULL CHECK (proof <> '' AND length(proof) <= 300),
    sent_at timestamptz NOT NULL,
    again_why text NOT NULL DEFAULT '' CHECK (length(again_why) <= 500),
    noted_at timestamptz NOT NULL CHECK (noted_at >= sent_at),
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT '',
    UNIQUE (dispute_id, visit, step, turn),
    CHECK ((turn = 1) = (again_why = '')),
    FOREIGN KEY (package_id, dispute_id, purpose) REFERENCES grievances_package (id, dispute_id, purpose)
);
CREATE TRIGGER grievances_handoff_guard BEFORE UPDATE OR DELETE ON grievances_handoff
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_handoff_stays BEFORE TRUNCATE ON grievances_handoff
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE grievances_handoff_answer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handoff_id bigint NOT NULL REFERENCES grievances_handoff,
    kind text NOT NULL CHECK (kind IN ('acknowledged', 'returned')),
    at timestamptz NOT NULL,
    by_whom text NOT NULL CHECK (by_whom <> '' AND length(by_whom) <= 160),
    reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 80),
    why text NOT NULL DEFAULT '' CHECK (length(why) <= 500),
    noted_at timestamptz NOT NULL CHECK (noted_at >= at),
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT '',
    UNIQUE (handoff_id, kind),
    CHECK ((kind = 'returned') = (why <> ''))
);
CREATE FUNCTION grievances_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM grievances_handoff WHERE id = NEW.handoff_id AND sent_at > NEW.at) THEN
        RAISE EXCEPTION 'nobody answers what was not sent yet' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_answer BEFORE INSERT ON grievances_handoff_answer
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_answer();
CREATE TRIGGER grievances_handoff_answer_guard BEFORE UPDATE OR DELETE ON grievances_handoff_answer
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_handoff_answer_stays BEFORE TRUNCATE ON grievances_handoff_answer
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- That somebody was told that a reviewer says nothing: once for each sending.
CREATE TABLE grievances_handoff_alarm (
    handoff_id bigint PRIMARY KEY REFERENCES grievances_handoff,
    at timestamptz NOT NULL
);
-- Cases the law sends on, whose file is still to be prepared.
CREATE INDEX grievances_clock_forward ON grievances_clock (dispute_id) WHERE step = 'forward' AND met_at IS NULL;
