-- Every way the log can show a change, one line each, the earliest first.
WITH link AS (
    SELECT position, entry_id, hash,
           lag(position) OVER (ORDER BY position) AS before,
           lag(hash) OVER (ORDER BY position) AS hash_before
    FROM kernel_audit_link
), entry AS (
    SELECT id, at, actor, action, digest, kernel_audit_digest(e) AS digest_now FROM kernel_audit_entry e
), fault AS (
    SELECT id AS place,
           format('entry %s (%s by %s) was changed after it was written', id, action, actor) AS fault
    FROM entry WHERE digest <> digest_now
    UNION ALL
    SELECT l.entry_id, format('entry %s at link %s is missing', l.entry_id, l.position)
    FROM link l LEFT JOIN entry e ON e.id = l.entry_id WHERE e.id IS NULL
    UNION ALL
    SELECT l.entry_id, format('link %s does not follow from the one before it', l.position)
    FROM link l JOIN entry e ON e.id = l.entry_id
    WHERE l.hash <> sha256(coalesce(l.hash_before, ''::bytea) || e.digest)
    UNION ALL
    SELECT l.entry_id, format('links between %s and %s are missing', coalesce(l.before, 0), l.position)
    FROM link l WHERE l.position <> coalesce(l.before, 0) + 1
    UNION ALL
    SELECT e.id, format('entry %s has waited over an hour to be chained', e.id)
    FROM entry e LEFT JOIN kernel_audit_link l ON l.entry_id = e.id
    WHERE l.entry_id IS NULL AND e.at < now() - interval '1 hour'
)
SELECT fault FROM fault ORDER BY place
