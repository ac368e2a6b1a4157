-- End or cancel the coverage of accounts, or of all whom a sponsor enrolled, and note how it was.
-- %(ends)s  jsonb, one object each: account_number, coverage_type, reference, and
--     ends_on    the last day: what starts later is canceled; null with
--     from_on    cancel the coverage that began on that day or later and reached `reached_on`
--     starts_on  move its start to that day instead of canceling it
-- %(today)s      %(actor)s
-- Repeatable: a span that ends so already is left alone, and a reference ends it once.
WITH ending AS (
    SELECT * FROM jsonb_to_recordset(%(ends)s) AS e (
        account_number text, sponsor_id bigint, coverage_type text, reference text, ends_on date, from_on date, reached_on date, starts_on date)
), hit AS (
    SELECT s.id, ending.reference, ending.ends_on AS last_on, ending.starts_on AS first_on FROM ending
    JOIN coverage_span s ON s.account_number = ending.account_number WHERE ending.sponsor_id IS NULL
        AND s.coverage_type = ending.coverage_type AND NOT s.canceled
        AND CASE WHEN ending.from_on IS NULL THEN s.ends_on IS NULL OR s.ends_on > ending.ends_on
            ELSE s.starts_on >= ending.from_on AND (s.ends_on IS NULL OR s.ends_on >= ending.reached_on)
                 AND (ending.starts_on IS NULL OR s.starts_on < ending.starts_on) END
    UNION ALL
    SELECT s.id, ending.reference, ending.ends_on, NULL FROM ending
    JOIN coverage_enrollee e ON e.sponsor_id = ending.sponsor_id
    JOIN coverage_span s ON s.enrollee_id = e.id
    WHERE s.coverage_type = ending.coverage_type AND NOT s.canceled AND (s.ends_on IS NULL OR s.ends_on > ending.ends_on)
), changed AS (
    SELECT s.id, s.account_number, hit.reference, s.starts_on AS was_starts_on, s.ends_on AS was_ends_on,
           coalesce(hit.first_on, s.starts_on) AS starts_on,
           CASE WHEN hit.first_on IS NULL AND s.starts_on <= hit.last_on THEN hit.last_on ELSE s.ends_on END AS ends_on,
           hit.first_on IS NULL AND (hit.last_on IS NULL OR s.starts_on > hit.last_on) AS canceled
    FROM hit JOIN coverage_span s USING (id)
    ORDER BY s.id
    FOR UPDATE OF s
), made AS (
    UPDATE coverage_span s SET starts_on = c.starts_on, ends_on = c.ends_on, canceled = c.canceled
    FROM changed c WHERE s.id = c.id
), noted AS (
    INSERT INTO coverage_termination (account_number, span_id, reference, was_starts_on, was_ends_on, starts_on, ends_on, canceled, made_on, actor)
    SELECT account_number, id, reference, was_starts_on, was_ends_on, starts_on, ends_on, canceled, %(today)s, %(actor)s FROM changed
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, CASE WHEN canceled THEN 'coverage.cancel' ELSE 'coverage.end' END, account_number,
           jsonb_build_object('span_id', id, 'reference', reference), '' FROM changed
)
SELECT reference, count(*) AS spans, min(was_starts_on) AS first_on FROM changed GROUP BY reference
