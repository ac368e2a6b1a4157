-- What leaves a trace stays: who asked a clinician, that somebody was told of a silence, what a change of law moved; and no
-- file went before it was made.

CREATE OR REPLACE FUNCTION grievances_guard_reviewer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'who was asked stays written' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.opinion <> '' OR (NEW.dispute_id, NEW.user_id, NEW.specialty, NEW.asked_at, NEW.asked_by) <>
                             (OLD.dispute_id, OLD.user_id, OLD.specialty, OLD.asked_at, OLD.asked_by)) THEN
        RAISE EXCEPTION 'an opinion never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM grievances_dispute WHERE id = NEW.dispute_id AND decider_id = NEW.user_id) THEN
        RAISE EXCEPTION 'who made a decision does not review it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_reviewer_stays BEFORE TRUNCATE ON grievances_reviewer
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TRIGGER grievances_handoff_alarm_guard BEFORE UPDATE OR DELETE ON grievances_handoff_alarm
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_handoff_alarm_stays BEFORE TRUNCATE ON grievances_handoff_alarm
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- A run is written until it has ended, a part until it is done.
CREATE FUNCTION grievances_guard_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.effect IS NOT NULL OR to_jsonb(NEW) - 'ended_at' - 'done_at' - 'effect' <>
                                                     to_jsonb(OLD) - 'ended_at' - 'done_at' - 'effect' THEN
        RAISE EXCEPTION 'what a change of law moved stays written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_law_run_guard BEFORE UPDATE OR DELETE ON grievances_law_run
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_run();
CREATE TRIGGER grievances_law_run_stays BEFORE TRUNCATE ON grievances_law_run
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_law_part_guard BEFORE UPDATE OR DELETE ON grievances_law_part
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_run();
CREATE TRIGGER grievances_law_part_stays BEFORE TRUNCATE ON grievances_law_part
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE FUNCTION grievances_guard_sending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The moment of a sending is known to the minute.
    IF EXISTS (SELECT FROM grievances_package WHERE id = NEW.package_id AND date_trunc('minute', made_at) > NEW.sent_at) THEN
        RAISE EXCEPTION 'no file goes before it is made' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_sending BEFORE INSERT ON grievances_handoff
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_sending();
