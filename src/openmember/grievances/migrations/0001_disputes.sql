-- What a member disputes. Each hangs on one case, which gives it number, owner, notes and documents. What happened is
-- a log that is only added to; the clocks are what the law makes of that log, kept beside it to be found by date.

CREATE TABLE grievances_dispute (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL UNIQUE REFERENCES cases_case,
    member_id bigint NOT NULL REFERENCES members_member,
    -- What chooses the law; the log says when each was changed.
    matter text NOT NULL CHECK (matter IN ('grievance', 'determination', 'exception', 'appeal', 'billing', 'access')),
    law text NOT NULL CHECK (law IN ('individual', 'group', 'self_funded', 'ma', 'pd')),
    place text NOT NULL CHECK (place ~ '^[A-Z]{2}$'),
    care text NOT NULL CHECK (care IN ('pre_service', 'authorization', 'post_service', 'part_b_drug', 'drug', 'service')),
    levels smallint NOT NULL CHECK (levels BETWEEN 1 AND 2),
    zone text NOT NULL CHECK (zone <> ''),
    received_at timestamptz NOT NULL,
    -- Who asks: the member, or somebody the member named.
    asked_by text NOT NULL CHECK (asked_by IN ('member', 'proxy', 'representative', 'provider')),
    asked_name text NOT NULL DEFAULT '' CHECK (length(asked_name) <= 160),
    service text NOT NULL DEFAULT '' CHECK (length(service) <= 400),
    provider text NOT NULL DEFAULT '' CHECK (length(provider) <= 400),
    served_from date,
    served_until date,
    amount_cents bigint CHECK (amount_cents > 0),
    -- The decision that is disputed: who made it may not decide about it again.
    notice_on date,
    decider_id bigint REFERENCES members_user,
    good_cause text NOT NULL DEFAULT '' CHECK (length(good_cause) <= 4000),
    -- What the log comes to now: kept for queues, and set by one function alone.
    level text NOT NULL CHECK (level IN ('plan', 'plan_2', 'external', 'ire', 'alj', 'council', 'court')),
    speed text NOT NULL CHECK (speed IN ('standard', 'expedited')),
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'upheld', 'overturned', 'partly', 'answered', 'dismissed', 'withdrawn')),
    is_open boolean NOT NULL DEFAULT true,
    is_tolled boolean NOT NULL DEFAULT false,
    due_step text NOT NULL DEFAULT '',
    due_at timestamptz,
    events integer NOT NULL DEFAULT 0,
    CHECK (served_from <= served_until),
    CHECK (matter <> 'appeal' OR care <> 'service'),
    CHECK ((due_at IS NULL) OR due_step <> ''),
    CHECK (asked_by = 'member' OR asked_name <> '')
);
CREATE INDEX grievances_of_member ON grievances_dispute (member_id, id DESC);
-- The coordinator's queue: what ends first, first. Pages go on from a date and an id.
CREATE INDEX grievances_queue ON grievances_dispute (due_at, id) WHERE is_open AND due_at IS NOT NULL;

CREATE FUNCTION grievances_guard_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'a dispute is never deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.received_at, NEW.member_id, NEW.case_id) <> (OLD.received_at, OLD.member_id, OLD.case_id) THEN
        RAISE EXCEPTION 'when a dispute was received, and whose it is, never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM cases_case WHERE id = NEW.case_id AND member_id = NEW.member_id) THEN
        RAISE EXCEPTION 'a dispute is the member''s whose case it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_dispute BEFORE INSERT OR UPDATE OR DELETE ON grievances_dispute
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_dispute();
CREATE TRIGGER grievances_dispute_stays BEFORE TRUNCATE ON grievances_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE grievances_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    -- Its place in the log: two who write at once cannot both be the next.
    serial integer NOT NULL CHECK (serial > 0),
    kind text NOT NULL CHECK (kind IN ('received', 'relabelled', 'acknowledged', 'expedited', 'expedite_refused', 'extended',
        'tolled', 'resumed', 'done', 'decided', 'delivered', 'lapsed', 'escalated', 'effectuated', 'withdrawn', 'reopened', 'vacated')),
    at timestamptz NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (dispute_id, serial),
    CHECK ((serial = 1) = (kind = 'received'))
);
CREATE TRIGGER grievances_event_guard BEFORE UPDATE OR DELETE ON grievances_event
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_event_stays BEFORE TRUNCATE ON grievances_event
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE grievances_clock (
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    -- Which of the levels it has been at, from 1; a right to go on is of the one it follows from.
    visit smallint NOT NULL,
    level text NOT NULL,
    step text NOT NULL,
    whose text NOT NULL CHECK (whose IN ('plan', 'member', 'reviewer')),
    clock_id text NOT NULL CHECK (clock_id <> ''),
    started_at timestamptz NOT NULL,
    due_at timestamptz,
    met_at timestamptz,
    lapse text NOT NULL DEFAULT '',
    -- When somebody was told that it would end, and that it had.
    warned_at timestamptz,
    missed_at timestamptz,
    PRIMARY KEY (dispute_id, visit, level, step)
);
CREATE INDEX grievances_clock_to_warn ON grievances_clock (due_at) WHERE whose = 'plan' AND met_at IS NULL AND missed_at IS NULL;
