-- Danger at an office that nobody looked at in time is the supervisors'. What somebody looked at stays so.
ALTER TABLE cases_walkin_danger ADD COLUMN escalated_at timestamptz;
ALTER TABLE cases_walkin_danger ADD CONSTRAINT cases_walkin_danger_escalated CHECK (escalated_at >= at);
ALTER TABLE cases_walkin_danger ADD CONSTRAINT cases_walkin_danger_seen CHECK (seen_at >= at);

CREATE FUNCTION cases_guard_danger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.seen_at IS NOT NULL
        OR (NEW.office, NEW.kind, NEW.at) IS DISTINCT FROM (OLD.office, OLD.kind, OLD.at)
        OR OLD.escalated_at IS NOT NULL AND NEW.escalated_at IS DISTINCT FROM OLD.escalated_at THEN
        RAISE EXCEPTION 'danger somebody looked at stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_danger BEFORE UPDATE OR DELETE ON cases_walkin_danger
    FOR EACH ROW EXECUTE FUNCTION cases_guard_danger();
