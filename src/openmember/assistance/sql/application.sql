-- Applications with their documents and decisions, newest first.
-- %(numbers)s  all numbers of the account    %(id)s  one of them, or null for all
SELECT a.*,
       (SELECT jsonb_agg(to_jsonb(d) || jsonb_build_object('scan', f.scan) ORDER BY d.id)
        FROM assistance_document d JOIN documents_file f USING (stored_as)
        WHERE d.application_id = a.id AND d.removed_at IS NULL) AS documents,
       (SELECT jsonb_agg(to_jsonb(d) ORDER BY d.number) FROM assistance_decision d
        WHERE d.application_id = a.id AND d.account_number = a.account_number) AS decisions
FROM assistance_application a
WHERE a.account_number = ANY (%(numbers)s) AND (%(id)s::bigint IS NULL OR a.id = %(id)s)
ORDER BY a.id DESC
