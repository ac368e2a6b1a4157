-- Everything that hangs on a case and on those merged into it, each list as JSON, in one round trip.
-- %(id)s     the case
-- %(user)s   whose draft it is, and who is not told of themselves
-- %(since)s  since when somebody seen is still there
WITH family AS MATERIALIZED (
    SELECT id, number FROM cases_case WHERE id = %(id)s OR merged_into = %(id)s
)
SELECT
    (SELECT jsonb_agg(number ORDER BY id) FROM family WHERE id <> %(id)s) AS merged,
    (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.at, e.id) FROM cases_event e WHERE case_id IN (SELECT id FROM family)) AS events,
    (SELECT jsonb_agg(to_jsonb(n) ORDER BY n.at, n.id) FROM cases_note n WHERE case_id IN (SELECT id FROM family)) AS notes,
    (SELECT to_jsonb(d) FROM cases_draft d WHERE case_id = %(id)s AND user_id = %(user)s) AS draft,
    (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.at) FROM cases_tick t WHERE case_id = %(id)s) AS ticks,
    (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.id) FROM cases_link l WHERE case_id IN (SELECT id FROM family) AND removed_at IS NULL) AS links,
    (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.id) FROM (
        SELECT d.id, d.case_id, d.name, k.media_type, k.size_bytes, k.scan, d.is_visible, d.added_at, d.added_by
        FROM cases_document d JOIN documents_file k ON k.stored_as = d.stored_as
        WHERE d.case_id IN (SELECT id FROM family) AND d.removed_at IS NULL
    ) f) AS documents,
    (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.arrived_at, i.id) FROM cases_interaction i
     WHERE i.id IN (SELECT interaction_id FROM cases_interaction_case WHERE case_id IN (SELECT id FROM family))) AS contacts,
    (SELECT jsonb_agg(to_jsonb(x) ORDER BY x.id DESC) FROM cases_expedite x WHERE case_id IN (SELECT id FROM family)) AS expedites,
    (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM (
        SELECT a.*, c.number, c.subject FROM cases_alarm a JOIN cases_case c ON c.id = a.case_id
        WHERE a.case_id IN (SELECT id FROM family) AND a.cleared_at IS NULL
    ) a) AS alarms,
    (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id DESC) FROM (
        SELECT t.*, c.number, c.subject FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id
        WHERE t.case_id IN (SELECT id FROM family)
    ) t) AS transfers,
    (SELECT jsonb_agg(to_jsonb(b) ORDER BY b.id DESC) FROM (
        SELECT b.*, c.id AS stays_id, c.number, c.subject, c.member_id,
               (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.number) FROM cases_callback_attempt a WHERE a.callback_id = b.id) AS attempts
        FROM cases_callback b JOIN cases_case c ON c.id = %(id)s
        WHERE b.case_id IN (SELECT id FROM family)
    ) b) AS calls,
    (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.name, p.user_id) FROM cases_presence p
     WHERE case_id = %(id)s AND user_id <> %(user)s AND seen_at > %(since)s) AS present
