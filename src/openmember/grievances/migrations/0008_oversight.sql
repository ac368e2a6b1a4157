-- How disputes went: what stands decided, kept beside the log as the clocks are, and why a date was missed.

CREATE TABLE grievances_decision (
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    visit smallint NOT NULL CHECK (visit > 0),
    level text NOT NULL CHECK (level IN ('plan', 'plan_2', 'external', 'ire', 'alj', 'council', 'court')),
    outcome text NOT NULL CHECK (outcome IN ('upheld', 'overturned', 'partly', 'answered', 'dismissed', 'withdrawn')),
    code text NOT NULL DEFAULT '',
    decided_at timestamptz NOT NULL,
    notice_on date NOT NULL,
    delivered_on date,
    by_law boolean NOT NULL,
    PRIMARY KEY (dispute_id, visit)
);
INSERT INTO grievances_decision (dispute_id, visit, level, outcome, code, decided_at, notice_on, delivered_on, by_law)
SELECT DISTINCT ON (e.dispute_id, e.visit) e.dispute_id, e.visit, e.level,
    CASE e.kind WHEN 'withdrawn' THEN 'withdrawn' WHEN 'lapsed' THEN
        CASE e.detail->>'lapse' WHEN 'granted' THEN 'overturned' ELSE 'upheld' END ELSE e.detail->>'outcome' END,
    coalesce(e.detail->>'code', ''), e.at,
    coalesce((e.detail->>'notice_on')::date, (e.at AT TIME ZONE e.zone)::date),
    (SELECT min((x.detail->>'on')::date) FROM grievances_event x WHERE x.dispute_id = e.dispute_id AND x.kind = 'delivered'
        AND x.serial > e.serial AND x.serial < coalesce(e.until, 2147483647)),
    e.kind = 'lapsed'
FROM (
    SELECT v.*, d.zone,
        coalesce((SELECT l.detail->>'level' FROM grievances_event l WHERE l.dispute_id = v.dispute_id
            AND l.kind IN ('received', 'escalated') AND l.detail ? 'level' AND l.serial < v.serial
            ORDER BY l.serial DESC LIMIT 1), 'plan') AS level,
        (SELECT min(n.serial) FROM grievances_event n WHERE n.dispute_id = v.dispute_id AND n.serial > v.serial
            AND n.kind IN ('escalated', 'reopened', 'vacated')) AS until
    FROM (SELECT *, 1 + count(*) FILTER (WHERE kind IN ('escalated', 'reopened')) OVER (PARTITION BY dispute_id ORDER BY serial) AS visit
          FROM grievances_event) v JOIN grievances_dispute d ON d.id = v.dispute_id
    WHERE v.kind IN ('decided', 'withdrawn') OR (v.kind = 'lapsed' AND v.detail->>'lapse' IN ('adverse', 'granted'))
) e
WHERE NOT EXISTS (SELECT FROM grievances_event x WHERE x.dispute_id = e.dispute_id AND x.serial = e.until AND x.kind = 'vacated')
ORDER BY e.dispute_id, e.visit, e.serial DESC;

-- A period of receipts.
CREATE INDEX grievances_received ON grievances_dispute (received_at, id);
-- The decisions there were, also those taken back, by when.
CREATE INDEX grievances_event_decided ON grievances_event (at DESC, id DESC) WHERE kind IN ('decided', 'lapsed', 'withdrawn', 'vacated');

-- Why a date was missed, said once by whoever oversees.
CREATE TABLE grievances_cause (
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    visit smallint NOT NULL CHECK (visit > 0),
    level text NOT NULL,
    step text NOT NULL,
    code text NOT NULL CHECK (code <> ''),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    noted_at timestamptz NOT NULL,
    noted_by text NOT NULL CHECK (noted_by <> ''),
    noted_name text NOT NULL DEFAULT '',
    PRIMARY KEY (dispute_id, visit, level, step)
);
CREATE TRIGGER grievances_cause_guard BEFORE UPDATE OR DELETE ON grievances_cause
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_cause_stays BEFORE TRUNCATE ON grievances_cause
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
