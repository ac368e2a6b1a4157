-- What people do about what gateways say and nobody can book without them.

-- Close what a gateway left for a person. Nothing is done with the money but what p_act says:
--   note  nothing is booked; a payment that took another amount counts as declined
--   book  what the gateway took is booked as a payment of that amount; what it gave back, as we asked
--   bill  the member is asked for what was disputed after it was refunded
-- Refuses: unknown_exception, not_open, not_this.
CREATE FUNCTION payments_gateway_resolve(p_exception bigint, p_act text, p_note text, p_line_order text[], p_on date, p_due_on date, p_actor text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    exception payments_gateway_exception;
    payment payments_payment;
    v_account text;
    v_bill bigint;
    v_posted payments_posted;
BEGIN
    SELECT * INTO exception FROM payments_gateway_exception WHERE id = p_exception;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_exception');
    END IF;
    payment := payments_locked(exception.account_number, exception.payment_id);
    SELECT coalesce(merged_into, number) INTO v_account FROM accounts_account WHERE number = exception.account_number;
    SELECT * INTO exception FROM payments_gateway_exception WHERE id = p_exception FOR UPDATE;
    IF exception.state <> 'open' THEN
        PERFORM kernel_refuse('not_open', 'somebody dealt with this already');
    ELSIF p_act = 'book' AND (exception.their_currency <> 'usd' OR exception.kind NOT IN ('mismatch', 'refund_mismatch') OR exception.their_cents = 0)
          OR p_act = 'bill' AND exception.kind <> 'beyond' OR p_act NOT IN ('note', 'book', 'bill') THEN
        PERFORM kernel_refuse('not_this', 'this cannot be done here');
    END IF;
    IF exception.kind = 'mismatch' THEN
        PERFORM payments_answer(payment.account_number, payment.id, 'declined', '', '', p_line_order, p_on, p_actor, 'other_amount');
    END IF;
    IF p_act = 'book' AND exception.kind = 'mismatch' THEN
        v_posted := payments_post(v_account, 'gateway-exception:' || p_exception, exception.their_cents, payment.method, payment.channel,
            CASE WHEN v_account = payment.account_number THEN payment.bills ELSE '{}' END, p_line_order, p_on, payment.payer, p_actor, 'accepted', payment.gateway, payment.tender);
        UPDATE payments_payment SET gateway_reference = payment.gateway_reference WHERE account_number = v_account AND id = v_posted.payment_id;
    ELSIF p_act = 'book' THEN
        PERFORM payments_refund_finish(exception.account_number, exception.refund_id, true, '', p_on, p_actor);
    ELSIF p_act = 'bill' THEN
        -- Medical, so that it never stands before a premium or makes one look unpaid.
        v_bill := billing_raise(v_account, 'disputed-after-refund:' || exception.dispute_id, 'medical', 'Payment disputed after it was refunded', NULL, p_on, p_due_on,
            jsonb_build_array(jsonb_build_object('description', 'Refunded payment that your bank took back as well',
                'amount_cents', (SELECT beyond_cents FROM payments_dispute WHERE account_number = exception.account_number AND id = exception.dispute_id))),
            payments_stands_at(payment));
    END IF;
    UPDATE payments_gateway_exception SET state = CASE p_act WHEN 'book' THEN 'booked' WHEN 'bill' THEN 'billed' ELSE 'noted' END,
        bill_account = CASE WHEN v_bill IS NOT NULL THEN v_account END, bill_id = v_bill, note = p_note, closed_by = p_actor, closed_at = clock_timestamp()
        WHERE id = p_exception;
END $$;
