-- Providers are told of the claims of a case alone. Before, all care of joined accounts and of every kind of coverage
-- was told of, and claims already paid.

-- Whether care on a day is of the coverage a case is about. Of a member we go by their coverage under the case's
-- numbers, since a claim of joined accounts stands under the number they were joined into.
CREATE FUNCTION billing_grace_covers(p_numbers text[], p_coverage_type text, p_number text, p_member bigint, p_day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM coverage_span s JOIN coverage_enrollee e ON e.id = s.enrollee_id
        WHERE s.account_number = ANY (p_numbers) AND s.coverage_type = p_coverage_type AND NOT s.canceled
          AND p_day BETWEEN s.starts_on AND coalesce(s.ends_on, 'infinity')
          AND CASE WHEN p_member IS NULL THEN s.account_number = p_number ELSE e.member_id = p_member END
    )
$$;

-- Whether a member had a kind of coverage and is without it on a day. Of nobody we know, the case's word is taken.
CREATE FUNCTION billing_grace_lost(p_coverage_type text, p_member bigint, p_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p_member IS NULL OR coalesce(bool_and(s.canceled OR p_day NOT BETWEEN s.starts_on AND coalesce(s.ends_on, 'infinity')), false)
    FROM coverage_span s JOIN coverage_enrollee e ON e.id = s.enrollee_id
    WHERE e.member_id = p_member AND s.coverage_type = p_coverage_type
$$;

-- As before, but of the care of those alone whose coverage the case is about: of joined accounts the numbers whose
-- months are unpaid, and of those the members whom that kind of coverage covers on the day of care. Whose care it was
-- is not always known; then it counts for the number it stands under. A claim that was paid does not wait.
CREATE OR REPLACE FUNCTION billing_grace_tell_providers(p_today date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_file bigint;
    v_count bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('billing_grace_tell_providers'));
    CREATE TEMP TABLE provider_notice ON COMMIT DROP AS
    WITH waiting AS (
        SELECT c.account_number, c.id AS case_id, n.number, c.coverage_type, c.pended_from, c.last_on, unpaid.numbers,
               c.rules -> 'pended_from' ->> 'rule' AS rule, c.rules -> 'pended_from' ->> 'citation' AS citation
        FROM billing_grace c
        JOIN accounts_account n ON n.number = c.account_number OR n.merged_into = c.account_number
        CROSS JOIN LATERAL billing_grace_numbers(c.account_number, c.coverage_type, c.unpaid_month, c.scope_until) AS unpaid (numbers)
        WHERE c.status = 'open' AND c.pended_on IS NOT NULL
    ), care AS (
        SELECT w.*, 'claim' AS source, k.id AS source_id, r.payee AS provider_id, coalesce(nullif(k.provider, ''), r.payee_name) AS provider_name,
               k.control, k.payer_control, k.served_on, k.charge_cents
        FROM waiting w
        JOIN claims_claim k ON k.account_number = w.number AND k.state IN ('taken', 'not_asked') AND k.status <> '22' AND k.paid_cents <= 0
            AND k.served_on BETWEEN w.pended_from AND w.last_on
        JOIN claims_remittance r ON r.id = k.remittance_id
        WHERE billing_grace_covers(w.numbers, w.coverage_type, w.number, k.member_id, k.served_on)
          AND NOT EXISTS (SELECT FROM claims_claim back JOIN claims_remittance by_whom ON by_whom.id = back.remittance_id
                          WHERE back.account_number = k.account_number AND back.episode = k.episode AND back.payer_control = k.payer_control
                            AND by_whom.payer = r.payer AND back.status = '22' AND back.id > k.id)
        UNION ALL
        -- Our own visits, until a claim says the same.
        SELECT w.*, 'visit', v.id, '', v.provider, v.number, '', v.served_on,
               (SELECT coalesce(sum(l.amount_cents), 0) FROM claims_visitline l WHERE l.visit_id = v.id)
        FROM waiting w
        JOIN claims_visit v ON v.account_number = w.number AND v.served_on BETWEEN w.pended_from AND w.last_on
        WHERE billing_grace_covers(w.numbers, w.coverage_type, w.number, v.member_id, v.served_on)
          AND NOT EXISTS (SELECT FROM claims_claim k WHERE k.account_number = v.account_number AND k.episode = v.episode)
    )
    SELECT account_number, case_id, 'pended' AS kind, source, source_id, provider_id, provider_name, control, payer_control, served_on, charge_cents,
           CASE WHEN served_on >= pended_from + interval '1 month' THEN 3 ELSE 2 END AS grace_month, rule, citation
    FROM care
    UNION ALL
    SELECT t.account_number, t.case_id, became.kind, t.source, t.source_id, t.provider_id, t.provider_name, t.control, t.payer_control, t.served_on,
           t.charge_cents, t.grace_month, t.rule, t.citation
    FROM billing_grace_provider_notice t
    JOIN billing_grace c ON (c.account_number, c.id) = (t.account_number, t.case_id) AND c.status <> 'open'
    LEFT JOIN claims_claim k ON t.source = 'claim' AND k.id = t.source_id
    LEFT JOIN claims_visit v ON t.source = 'visit' AND v.id = t.source_id
    CROSS JOIN LATERAL (SELECT coalesce(k.member_id, v.member_id) AS member_id) patient
    CROSS JOIN LATERAL (SELECT CASE WHEN c.status = 'terminated' AND t.served_on > c.coverage_ends_on
                                     AND billing_grace_lost(c.coverage_type, patient.member_id, t.served_on) THEN 'denied' ELSE 'released' END AS kind) became
    WHERE t.kind = 'pended';
    DELETE FROM provider_notice p USING billing_grace_provider_notice t
        WHERE (t.account_number, t.case_id, t.kind, t.source, t.source_id) = (p.account_number, p.case_id, p.kind, p.source, p.source_id);
    SELECT count(*) INTO v_count FROM provider_notice;
    IF v_count > 0 THEN
        INSERT INTO billing_grace_provider_file (made_on, notices, actor) VALUES (p_today, v_count, p_actor) RETURNING id INTO v_file;
        INSERT INTO billing_grace_provider_notice (account_number, case_id, kind, source, source_id, provider_id, provider_name, control, payer_control,
                                                   served_on, charge_cents, grace_month, told_on, rule, citation, file_id)
            SELECT account_number, case_id, kind, source, source_id, provider_id, provider_name, control, payer_control, served_on, charge_cents,
                   grace_month, p_today, rule, citation, v_file
            FROM provider_notice ORDER BY provider_id, provider_name, account_number, served_on, source_id;
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
            SELECT p_actor, 'grace.providers_told', account_number, jsonb_build_object('case_id', case_id, 'notices', count(*), 'file_id', v_file), ''
            FROM provider_notice GROUP BY account_number, case_id;
    END IF;
    DROP TABLE provider_notice;
    RETURN v_count;
END $$;
