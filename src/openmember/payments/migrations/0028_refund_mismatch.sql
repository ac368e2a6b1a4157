-- A refund of which a gateway says another amount or currency ends as every other: it left, or it did not. A note alone
-- would leave it waiting for ever, because the same thing said again is the same exception.

UPDATE payments_gateway_exception x SET state = CASE r.status WHEN 'sent' THEN 'booked' ELSE 'open' END,
    closed_by = CASE r.status WHEN 'sent' THEN closed_by ELSE '' END, closed_at = CASE r.status WHEN 'sent' THEN closed_at END
    FROM payments_refund r
    WHERE (r.account_number, r.id) = (x.account_number, x.refund_id) AND x.kind = 'refund_mismatch' AND x.state = 'noted';
ALTER TABLE payments_gateway_exception DROP CONSTRAINT payments_gateway_exception_state_check;
ALTER TABLE payments_gateway_exception ADD CONSTRAINT payments_gateway_exception_state_check
    CHECK (state IN ('open', 'noted', 'booked', 'billed', 'unbilled', 'failed'));
ALTER TABLE payments_gateway_exception ADD CONSTRAINT payments_gateway_exception_refund_ends
    CHECK (CASE kind WHEN 'refund_mismatch' THEN state IN ('open', 'booked', 'failed') ELSE state <> 'failed' END);

-- End a refund as a person says that it ended, unless the gateway said otherwise meanwhile.
-- Refuses: not_this.
CREATE FUNCTION payments_gateway_end_refund(exception payments_gateway_exception, p_act text, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_status text;
BEGIN
    SELECT status INTO v_status FROM payments_refund WHERE account_number = exception.account_number AND id = exception.refund_id;
    IF p_act = 'fail' AND v_status = 'sent' THEN
        PERFORM kernel_refuse('not_this', 'the card network has said since that the refund left');
    ELSIF p_act = 'book' AND v_status = 'failed' THEN
        PERFORM kernel_refuse('not_this', 'the card network has said since that the refund failed');
    END IF;
    PERFORM payments_refund_finish(exception.account_number, exception.refund_id, p_act = 'book', '', p_on, p_actor);
END $$;

-- As before (0024); a refund is said to have left or not, in whatever currency:
--   note  nothing is booked; a payment that took another amount counts as declined
--   book  what the gateway took is booked as a payment of that amount; a refund left, as we asked
--   fail  a refund did not leave; its money is credit again
--   bill  the member is asked for what was disputed after it was refunded
-- Refuses: unknown_exception, not_open, not_this.
CREATE OR REPLACE FUNCTION payments_gateway_resolve(p_exception bigint, p_act text, p_note text, p_line_order text[], p_on date, p_due_on date, p_actor text)
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
    ELSIF NOT (CASE exception.kind
        WHEN 'refund_mismatch' THEN p_act IN ('book', 'fail')
        WHEN 'mismatch' THEN p_act = 'note' OR p_act = 'book' AND exception.their_currency = 'usd' AND exception.their_cents > 0
        WHEN 'beyond' THEN p_act IN ('note', 'bill')
        ELSE p_act = 'note' END)
    THEN
        PERFORM kernel_refuse('not_this', 'this cannot be done here');
    END IF;
    IF exception.kind = 'mismatch' THEN
        PERFORM payments_answer(payment.account_number, payment.id, 'declined', '', '', p_line_order, p_on, p_actor, 'other_amount');
    END IF;
    IF exception.kind = 'refund_mismatch' THEN
        PERFORM payments_gateway_end_refund(exception, p_act, p_on, p_actor);
    ELSIF p_act = 'book' THEN
        v_posted := payments_post(v_account, 'gateway-exception:' || p_exception, exception.their_cents, payment.method, payment.channel,
            CASE WHEN v_account = payment.account_number THEN payment.bills ELSE '{}' END, p_line_order, p_on, payment.payer, p_actor, 'accepted', payment.gateway, payment.tender);
        UPDATE payments_payment SET gateway_reference = payment.gateway_reference WHERE account_number = v_account AND id = v_posted.payment_id;
    ELSIF p_act = 'bill' THEN
        -- Medical, so that it never stands before a premium or makes one look unpaid.
        v_bill := billing_raise(v_account, 'disputed-after-refund:' || exception.dispute_id, 'medical', 'Payment disputed after it was refunded', NULL, p_on, p_due_on,
            jsonb_build_array(jsonb_build_object('description', 'Refunded payment that your bank took back as well',
                'amount_cents', (SELECT beyond_cents FROM payments_dispute WHERE account_number = exception.account_number AND id = exception.dispute_id))),
            payments_stands_at(payment));
    END IF;
    UPDATE payments_gateway_exception SET state = CASE p_act WHEN 'book' THEN 'booked' WHEN 'bill' THEN 'billed' WHEN 'fail' THEN 'failed' ELSE 'noted' END,
        bill_account = CASE WHEN v_bill IS NOT NULL THEN v_account END, bill_id = v_bill, note = p_note, closed_by = p_actor, closed_at = clock_timestamp()
        WHERE id = p_exception;
END $$;
