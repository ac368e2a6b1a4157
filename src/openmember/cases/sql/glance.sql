-- What is open and what was promised to some members, and how we last talked: each as JSON, in one round trip.
-- %(ids)s       the members
-- %(most)s      how many of each list
SELECT
    (SELECT jsonb_agg(to_jsonb(c)) FROM (
        SELECT number, member_id, category, subject, status, priority, due_at, owner_name FROM cases_case
        WHERE member_id = ANY (%(ids)s) AND is_open ORDER BY priority, due_sort, id LIMIT %(most)s
    ) c) AS cases,
    (SELECT count(*) FROM cases_case WHERE member_id = ANY (%(ids)s) AND is_open) AS open_cases,
    (SELECT jsonb_agg(to_jsonb(b)) FROM (
        SELECT c.number, c.member_id, b.starts_at, b.ends_at, b.zone, b.assignee_name
        FROM cases_case old JOIN cases_callback b ON b.case_id = old.id AND b.state = 'promised'
        JOIN cases_case c ON c.id = coalesce(old.merged_into, old.id)
        WHERE old.member_id = ANY (%(ids)s) ORDER BY b.ends_at LIMIT %(most)s
    ) b) AS calls,
    (SELECT jsonb_agg(to_jsonb(i)) FROM (
        SELECT id, member_id, channel, is_outbound, arrived_at, ended_at, representative_name, representative_location,
               topic, outcome
        FROM cases_interaction WHERE member_id = ANY (%(ids)s) ORDER BY arrived_at DESC, id DESC LIMIT %(most)s
    ) i) AS contacts,
    (SELECT jsonb_agg(to_jsonb(n)) FROM (
        SELECT DISTINCT ON (member_id) member_id, interpreter_language, relay
        FROM cases_interaction WHERE member_id = ANY (%(ids)s) AND (interpreter_language <> '' OR relay <> '')
        ORDER BY member_id, arrived_at DESC
    ) n) AS needs,
    (SELECT jsonb_agg(to_jsonb(m)) FROM members_need m WHERE m.member_id = ANY (%(ids)s)) AS standing,
    (SELECT jsonb_agg(to_jsonb(r)) FROM (
        SELECT DISTINCT ON (r.member_id) r.member_id, r.owner_id, r.owner_name, r.topic, r.kind, u.location
        FROM cases_repeat r JOIN members_user u ON u.id = r.owner_id AND u.is_active
        WHERE r.member_id = ANY (%(ids)s) AND r.state = 'accepted' ORDER BY r.member_id, r.decided_at DESC
    ) r) AS points,
    (SELECT count(*) FROM cases_repeat WHERE member_id = ANY (%(ids)s) AND state = 'proposed') AS proposals
