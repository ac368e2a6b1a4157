-- A premium bill in dispute: coverage does not end for it while nobody has decided.

-- Whether a bill of a case's arrears is in dispute, wherever it is now.
CREATE FUNCTION billing_grace_is_disputed(p_account text, p_coverage_type text, p_from date, p_until date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM billing_premium p CROSS JOIN LATERAL billing_find(p_account, p.bill_month, p.bill_id) b
        WHERE p.account_number = p_account AND p.covers BETWEEN p_from AND p_until AND b.held AND b.open_cents > 0
        UNION ALL
        SELECT FROM billing_moved_premium m CROSS JOIN LATERAL billing_find(p_account, m.bill_month, m.bill_id) b
        WHERE m.account_number = p_account AND m.coverage_type = p_coverage_type AND m.covers BETWEEN p_from AND p_until
          AND b.held AND b.open_cents > 0)
$$;

CREATE FUNCTION billing_grace_refuse_disputed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF billing_grace_is_disputed(NEW.account_number, NEW.coverage_type, NEW.unpaid_month, NEW.scope_until) THEN
        PERFORM kernel_refuse('disputed', 'a bill of these months is in dispute: coverage does not end for it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_grace_disputed BEFORE UPDATE OF status ON billing_grace
    FOR EACH ROW WHEN (NEW.status = 'terminated' AND OLD.status <> 'terminated') EXECUTE FUNCTION billing_grace_refuse_disputed();
