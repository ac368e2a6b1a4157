-- A payment through the door with its receipt, in one round trip.

-- What a payment settles now, as a JSON list of [bill, title, line, cents], the oldest due first; null for nothing.
CREATE FUNCTION payments_settles(p_account text, p_payment bigint) RETURNS jsonb LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_build_array(bill.id, bill.title, bill.line, net.cents) ORDER BY bill.due_on, bill.id)
        FROM (
            SELECT bill_id, bill_month, sum(amount_cents)::bigint AS cents FROM payments_allocation
            WHERE account_number = p_account AND payment_id = p_payment GROUP BY 1, 2 HAVING sum(amount_cents) > 0
        ) net
        CROSS JOIN LATERAL billing_find(p_account, net.bill_month, net.bill_id) bill
    );
END $$;

-- Take one payment through the door, audit it, and return it as it stands with what it settles.
-- Refuses: what payments_post refuses.
CREATE FUNCTION payments_take(
    p_account text, p_key text, p_amount bigint, p_method text, p_channel text, p_bills bigint[],
    p_line_order text[], p_effective_on date, p_payer text, p_actor text, p_status text, p_gateway text, p_tender text,
    OUT payment payments_payment, OUT allocations jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted payments_posted;
BEGIN
    posted := payments_post(p_account, p_key, p_amount, p_method, p_channel, p_bills, p_line_order, p_effective_on,
                            p_payer, p_actor, p_status, p_gateway, p_tender);
    IF NOT posted.repeated THEN
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'payment.' || posted.status, p_account, jsonb_build_object('payment_id', posted.payment_id), '');
    END IF;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = posted.payment_id;
    allocations := payments_settles(p_account, posted.payment_id);
END $$;
