-- A refund that comes back to a payment under dispute.

-- Take from what came back of a payment what its disputes were for and could not take before; those that nobody dealt
-- with need nobody then. The caller holds the account's balance row.
CREATE FUNCTION payments_dispute_take_more(p_account text, p_payment bigint, p_cents bigint, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    dispute record;
    payment payments_payment;
    v_left bigint := p_cents;
    v_part bigint;
BEGIN
    FOR dispute IN
        SELECT d.*, e.id AS exception_id FROM payments_dispute d
        JOIN payments_gateway_exception e ON e.account_number = d.account_number AND e.dispute_id = d.id AND e.kind = 'beyond' AND e.state = 'open'
        WHERE d.account_number = p_account AND d.payment_id = p_payment AND d.state <> 'won' AND d.beyond_cents > 0 ORDER BY d.id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, dispute.beyond_cents);
        v_left := v_left - v_part;
        SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = p_payment;
        PERFORM ledger_post(p_account, 2010::smallint, payments_stands_at(payment), v_part, 'charged_back', p_on, 'payment:' || p_payment);
        INSERT INTO payments_refund (account_number, payment_id, key, amount_cents, status, reason, actor, gateway_reference, dispute_id)
        SELECT p_account, p_payment, format('dispute:%s:%s', dispute.id, count(*) + 1), v_part, 'sent', 'disputed', p_actor, dispute.reference, dispute.id
        FROM payments_refund WHERE account_number = p_account AND dispute_id = dispute.id;
        UPDATE payments_dispute SET taken_cents = taken_cents + v_part, beyond_cents = beyond_cents - v_part,
            refund_id = coalesce(refund_id, (SELECT max(id) FROM payments_refund r WHERE r.account_number = p_account AND r.dispute_id = dispute.id))
            WHERE account_number = p_account AND id = dispute.id;
        UPDATE payments_payment SET unapplied_cents = unapplied_cents - v_part, refunded_cents = refunded_cents + v_part
            WHERE account_number = p_account AND id = p_payment;
        IF payment.refunded_cents + v_part = payment.amount_cents THEN
            PERFORM payments_step(p_account, p_payment, payment.status, 'charged_back', p_actor, dispute.reason);
        END IF;
        IF v_part = dispute.beyond_cents THEN
            UPDATE payments_gateway_exception SET state = 'noted', note = 'The refund came back, and the dispute took it.', closed_by = p_actor, closed_at = clock_timestamp()
                WHERE id = dispute.exception_id;
        END IF;
    END LOOP;
END $$;

-- As before; a payment whose disputes took all that was left stands again with what comes back.
CREATE OR REPLACE FUNCTION payments_refund_finish(p_account text, p_refund bigint, p_sent boolean, p_gateway_reference text, p_on date, p_actor text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    refund payments_refund;
    payment payments_payment;
    v_reference text;
    v_was_settled boolean;
    v_money smallint;
    v_status text := CASE WHEN p_sent THEN 'sent' ELSE 'failed' END;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO refund FROM payments_refund WHERE account_number = p_account AND id = p_refund;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_refund');
    ELSIF refund.status IN (v_status, 'failed') THEN
        RETURN refund.status;
    END IF;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = refund.payment_id;
    v_reference := 'payment:' || payment.id;
    v_was_settled := EXISTS (SELECT 1 FROM payments_move WHERE account_number = p_account AND payment_id = payment.id AND to_status = 'settled');
    v_money := CASE WHEN v_was_settled OR payment.method = 'transfer' THEN 1010 ELSE payments_clearing(payment.method) END;
    IF p_sent THEN
        PERFORM ledger_post(p_account, 2030::smallint, v_money, refund.amount_cents, 'refund_sent', p_on, v_reference);
    ELSE
        IF refund.status = 'sent' THEN
            PERFORM ledger_post(p_account, v_money, 2030::smallint, refund.amount_cents, 'refund_failed', p_on, v_reference);
        END IF;
        UPDATE payments_payment SET refunded_cents = refunded_cents - refund.amount_cents
            WHERE account_number = p_account AND id = payment.id;
        IF payment.status = 'returned' OR payment.status = 'charged_back' AND NOT EXISTS (
            SELECT 1 FROM payments_dispute WHERE account_number = p_account AND payment_id = payment.id AND taken_cents > 0 AND state <> 'won'
        ) THEN
            PERFORM ledger_post(p_account, 2030::smallint, v_money, refund.amount_cents, payment.status, p_on, v_reference);
        ELSE
            PERFORM ledger_post(p_account, 2030::smallint, 2010::smallint, refund.amount_cents, 'refund_failed', p_on, v_reference);
            UPDATE payments_payment SET unapplied_cents = unapplied_cents + refund.amount_cents
                WHERE account_number = p_account AND id = payment.id;
        END IF;
        IF payment.status IN ('refunded', 'charged_back') AND EXISTS (
            SELECT 1 FROM payments_payment p WHERE p.account_number = p_account AND p.id = payment.id AND p.unapplied_cents > 0
        ) THEN
            PERFORM payments_step(p_account, payment.id, payment.status, CASE WHEN v_was_settled THEN 'settled' ELSE 'accepted' END,
                                  p_actor, 'the refund came back');
            PERFORM payments_dispute_take_more(p_account, payment.id, refund.amount_cents, p_on, p_actor);
        END IF;
    END IF;
    UPDATE payments_refund SET status = v_status,
        gateway_reference = CASE WHEN p_gateway_reference <> '' THEN p_gateway_reference ELSE gateway_reference END
        WHERE account_number = p_account AND id = p_refund;
    RETURN v_status;
END $$;
