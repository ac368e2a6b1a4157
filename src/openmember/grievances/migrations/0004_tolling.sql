-- A clock that stands still does so from a moment, until somebody answers or a last day is over.
ALTER TABLE grievances_dispute ADD COLUMN tolled_at timestamptz, ADD COLUMN tolled_until timestamptz;
UPDATE grievances_dispute d SET
    tolled_at = e.at, tolled_until = e.at + interval '45 days'
FROM (SELECT dispute_id, max(at) AS at FROM grievances_event WHERE kind = 'tolled' GROUP BY dispute_id) e
WHERE e.dispute_id = d.id AND d.is_tolled;
ALTER TABLE grievances_dispute ADD CHECK (is_tolled = (tolled_at IS NOT NULL) AND is_tolled = (tolled_until IS NOT NULL)),
    ADD CHECK (tolled_until >= tolled_at);
