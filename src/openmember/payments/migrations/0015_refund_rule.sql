-- One rule for giving money back: whether it lies as credit or settled a bill, whoever asks for more than the
-- limit waits for a second person.

-- `from_bills`: the refund of one payment, which takes off bills what its credit lacks.
ALTER TABLE payments_credit_refund ADD COLUMN from_bills boolean NOT NULL DEFAULT false;
DROP TRIGGER payments_credit_refund_guard ON payments_credit_refund;
CREATE TRIGGER payments_credit_refund_guard
    BEFORE DELETE OR UPDATE OF account_number, id, key, amount_cents, limit_cents, reason, proposed_by, proposed_on, from_bills
    ON payments_credit_refund FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
-- 'office': cash or a check, which the office pays out by hand.
ALTER TABLE payments_credit_part DROP CONSTRAINT payments_credit_part_way_check;
ALTER TABLE payments_credit_part ADD CONSTRAINT payments_credit_part_way_check CHECK (way IN ('tender', 'check', 'office'));

-- Ask for credit, or for a payment, to be given back. What was asked for already is not there to be asked for again.
-- p_parts: [{"payment_id": integer, "amount_cents": integer, "way": "tender", "check" or "office"}, ...]
-- Within the limit it is approved at once. The same key returns the first.
-- Refuses: unknown_account, no_parts, unknown_payment, not_allowed, beyond_payment, no_credit, not_to_tender,
-- not_by_office, key_reused.
DROP FUNCTION payments_credit_propose(text, text, jsonb, bigint, date, text, date, text);
CREATE FUNCTION payments_credit_propose(
    p_account text, p_key text, p_parts jsonb, p_limit bigint, p_lately date, p_reason text, p_on date, p_actor text,
    p_from_bills boolean DEFAULT false
) RETURNS payments_credit_refund LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_credit_refund;
    part record;
    payment payments_payment;
    v_total bigint;
    v_lately bigint;
    v_asked bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    SELECT sum((item ->> 'amount_cents')::bigint) INTO v_total FROM jsonb_array_elements(p_parts) item;
    IF coalesce(v_total, 0) <= 0 THEN
        PERFORM kernel_refuse('no_parts', 'there is no credit to give back');
    END IF;
    SELECT * INTO known FROM payments_credit_refund WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        IF known.amount_cents <> v_total OR known.from_bills <> p_from_bills THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another refund');
        END IF;
        RETURN known;
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO v_lately FROM payments_credit_refund
        WHERE account_number = p_account AND status = 'approved' AND decided_by = proposed_by AND decided_on >= p_lately;
    INSERT INTO payments_credit_refund (account_number, key, amount_cents, limit_cents, status, reason, proposed_by, proposed_on, from_bills)
    VALUES (p_account, p_key, v_total, greatest(p_limit - v_lately, 0), 'proposed', p_reason, p_actor, p_on, p_from_bills) RETURNING * INTO known;
    FOR part IN SELECT * FROM jsonb_to_recordset(p_parts) AS given (payment_id bigint, amount_cents bigint, way text) LOOP
        SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = part.payment_id;
        IF NOT FOUND THEN
            PERFORM kernel_refuse('unknown_payment');
        ELSIF part.way = 'tender' AND (payment.gateway = '' OR payment.method = 'transfer') THEN
            -- Money that moved with a joined account has no tender here: the one it had is another account's.
            PERFORM kernel_refuse('not_to_tender', 'no card or bank network took this money: it goes back by check');
        ELSIF part.way = 'office' AND payment.gateway <> '' THEN
            PERFORM kernel_refuse('not_by_office', 'a card or bank network took this money');
        END IF;
        SELECT coalesce(sum(other.amount_cents), 0) INTO v_asked
        FROM payments_credit_part other JOIN payments_credit_refund head
          ON (head.account_number, head.id) = (other.account_number, other.credit_refund_id)
        WHERE other.account_number = p_account AND other.payment_id = part.payment_id AND head.status = 'proposed';
        IF payment.status NOT IN ('accepted', 'settled') THEN
            PERFORM kernel_refuse('not_allowed', format('a payment that is %s cannot be refunded', payment.status));
        ELSIF p_from_bills AND part.amount_cents > payment.amount_cents - payment.refunded_cents - v_asked THEN
            PERFORM kernel_refuse('beyond_payment', 'more than is left of the payment and not asked for already');
        ELSIF NOT p_from_bills AND part.amount_cents > payment.unapplied_cents - v_asked THEN
            PERFORM kernel_refuse('no_credit', 'the payment has less credit left than that');
        END IF;
        INSERT INTO payments_credit_part VALUES (p_account, known.id, part.payment_id, part.amount_cents, part.way);
    END LOOP;
    IF known.amount_cents <= known.limit_cents THEN
        RETURN payments_credit_decide(p_account, known.id, true, '', p_on, p_actor);
    END IF;
    RETURN known;
END $$;

-- Approve a refund, which sets its money aside, or refuse it. Again does nothing.
-- Refuses: unknown_refund, same_person, decided, no_credit, not_allowed, beyond_payment.
CREATE OR REPLACE FUNCTION payments_credit_decide(p_account text, p_id bigint, p_approved boolean, p_decision text, p_on date, p_actor text)
RETURNS payments_credit_refund LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_credit_refund;
    part payments_credit_part;
    begun payments_refunding;
    v_credit bigint;
    v_status text := CASE WHEN p_approved THEN 'approved' ELSE 'refused' END;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM payments_credit_refund WHERE account_number = p_account AND id = p_id;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_refund');
    ELSIF known.status = v_status THEN
        RETURN known;
    ELSIF known.status <> 'proposed' THEN
        PERFORM kernel_refuse('decided', format('the refund was %s already', known.status));
    ELSIF p_approved AND known.amount_cents > known.limit_cents AND known.proposed_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'somebody else approves a refund above the limit');
    END IF;
    UPDATE payments_credit_refund SET status = v_status, decided_by = p_actor, decided_on = p_on, decision = p_decision
        WHERE account_number = p_account AND id = p_id RETURNING * INTO known;
    FOR part IN SELECT * FROM payments_credit_part WHERE account_number = p_account AND credit_refund_id = p_id AND p_approved ORDER BY payment_id LOOP
        -- A refund takes from bills what credit lacks; one of credit gives that back and nothing else.
        SELECT unapplied_cents INTO v_credit FROM payments_payment WHERE account_number = p_account AND id = part.payment_id;
        IF NOT known.from_bills AND v_credit < part.amount_cents THEN
            PERFORM kernel_refuse('no_credit', 'the credit was used meanwhile');
        END IF;
        begun := payments_refund_begin(p_account, part.payment_id, format('credit:%s:%s', p_id, part.payment_id), part.amount_cents, known.reason, p_on, p_actor);
        UPDATE payments_credit_part SET refund_id = begun.refund_id
            WHERE account_number = p_account AND credit_refund_id = p_id AND payment_id = part.payment_id;
        IF part.way = 'check' THEN
            -- Marked at once: the network that took the money is never asked to send what goes by check.
            PERFORM payments_note_refund(p_account, begun.refund_id, 'check');
        END IF;
    END LOOP;
    RETURN known;
END $$;

-- No money is set aside to go back but by an approval, or to a state: no other way around the limit.
CREATE FUNCTION payments_refund_is_approved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payments_credit_part part
                   JOIN payments_credit_refund head ON (head.account_number, head.id) = (part.account_number, part.credit_refund_id)
                   WHERE part.account_number = NEW.account_number AND part.refund_id = NEW.id AND head.status = 'approved')
       AND NOT EXISTS (SELECT FROM payments_escheat WHERE account_number = NEW.account_number AND refund_id = NEW.id) THEN
        RAISE EXCEPTION 'a refund is approved before it is made' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_refund_approved AFTER INSERT ON payments_refund DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.moved_to IS NULL) EXECUTE FUNCTION payments_refund_is_approved();
