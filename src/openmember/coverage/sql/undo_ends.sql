-- Put the spans that one thing ended back as they were.
-- %(reference)s      %(today)s      %(actor)s
WITH undone AS (
    UPDATE coverage_termination SET undone_on = %(today)s, undone_by = %(actor)s
    WHERE reference = %(reference)s AND undone_on IS NULL
    RETURNING *
), put AS (
    UPDATE coverage_span s SET starts_on = u.was_starts_on, ends_on = u.was_ends_on, canceled = false
    FROM undone u WHERE s.id = u.span_id
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'coverage.reinstate', account_number, jsonb_build_object('span_id', span_id, 'reference', reference), '' FROM undone
)
SELECT count(*) AS spans FROM undone
