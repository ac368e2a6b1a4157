-- What came in each half hour, counted once, so that pages over weeks need not count every contact anew. All of it can be
-- worked out again from the contacts (`openmember cases check` does); `sql/board/roll.sql` fills it.
CREATE TABLE cases_half_hour (
    at timestamptz NOT NULL CHECK (at = date_bin('30 minutes', at, '2000-01-01T00:00Z')),
    region text NOT NULL,
    team text NOT NULL,
    channel text NOT NULL,
    offered integer NOT NULL,
    answered integer NOT NULL,
    measured integer NOT NULL,
    in_time integer NOT NULL,
    abandoned integer NOT NULL,
    waiting integer NOT NULL,
    wait_seconds bigint NOT NULL,
    waited_seconds bigint NOT NULL,
    handled integer NOT NULL,
    handling_seconds bigint NOT NULL,
    firsts integer NOT NULL,
    settled integer NOT NULL,
    known integer NOT NULL,
    repeats integer NOT NULL,
    PRIMARY KEY (at, region, team, channel),
    CHECK (offered > 0 AND answered BETWEEN 0 AND offered AND abandoned BETWEEN 0 AND offered - answered)
);
-- Up to when half hours are counted, and by which figures of the policy.
CREATE TABLE cases_half_hour_mark (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    counted_until timestamptz NOT NULL,
    within_seconds integer NOT NULL,
    repeat_days integer NOT NULL,
    resolution_days integer NOT NULL
);
-- Half hours that must be counted again. Only added to by what happens to contacts, so that nobody waits for anybody: a
-- mark that is not yet seen when its half hour is counted stays, and it is counted once more.
CREATE TABLE cases_half_hour_stale (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL
);
CREATE INDEX cases_half_hour_stale_at ON cases_half_hour_stale (at);

CREATE FUNCTION cases_half_hour_of(moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_bin('30 minutes', moment, '2000-01-01T00:00Z')
$$;

-- The half hours whose figures a contact changes: its own, and of the same member and topic those it repeats or is
-- repeated by.
CREATE FUNCTION cases_contact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mark cases_half_hour_mark;
BEGIN
    SELECT * INTO mark FROM cases_half_hour_mark;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NEW.arrived_at < mark.counted_until THEN
        INSERT INTO cases_half_hour_stale (at) VALUES (cases_half_hour_of(NEW.arrived_at));
    END IF;
    IF TG_OP = 'INSERT' OR (NEW.member_id, NEW.topic, NEW.is_outbound) IS DISTINCT FROM (OLD.member_id, OLD.topic, OLD.is_outbound) THEN
        INSERT INTO cases_half_hour_stale (at)
        SELECT DISTINCT cases_half_hour_of(e.arrived_at)
        FROM cases_interaction e
        WHERE (e.member_id = NEW.member_id AND e.topic = NEW.topic
               OR TG_OP = 'UPDATE' AND e.member_id = OLD.member_id AND e.topic = OLD.topic)
          AND e.arrived_at >= NEW.arrived_at - make_interval(hours => 24 * mark.resolution_days)
          AND e.arrived_at <= NEW.arrived_at + make_interval(hours => 24 * mark.repeat_days)
          AND e.arrived_at < mark.counted_until AND e.id <> NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_contact_came AFTER INSERT ON cases_interaction
    FOR EACH ROW EXECUTE FUNCTION cases_contact_changed();
CREATE TRIGGER cases_contact_changed AFTER UPDATE ON cases_interaction FOR EACH ROW
    WHEN ((OLD.region, OLD.team, OLD.topic, OLD.member_id, OLD.is_outbound, OLD.outcome, OLD.answered_at, OLD.ended_at)
          IS DISTINCT FROM
          (NEW.region, NEW.team, NEW.topic, NEW.member_id, NEW.is_outbound, NEW.outcome, NEW.answered_at, NEW.ended_at))
    EXECUTE FUNCTION cases_contact_changed();
