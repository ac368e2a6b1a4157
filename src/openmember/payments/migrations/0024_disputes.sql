-- Card disputes: what a card's bank takes of a payment, in part or whole, and gives back when the dispute is won;
-- and what a gateway says that nobody can book without a person.

-- A dispute as its gateway tells of it. `taken_cents` was on the payment and left it; `beyond_cents` was not there to
-- be taken, because it had gone back before. Both are nothing where the currency is not ours.
CREATE SEQUENCE payments_dispute_id;
CREATE TABLE payments_dispute (
    account_number varchar(12) COLLATE "C" NOT NULL,
    id bigint NOT NULL DEFAULT nextval('payments_dispute_id'),
    payment_id bigint NOT NULL,
    gateway text NOT NULL CHECK (gateway <> ''),
    reference text COLLATE "C" NOT NULL CHECK (reference <> ''),
    amount_cents ledger_amount NOT NULL,
    currency text NOT NULL CHECK (currency <> ''),
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'won', 'lost')),
    taken_cents ledger_sum NOT NULL DEFAULT 0,
    beyond_cents ledger_sum NOT NULL DEFAULT 0,
    -- What it took stands among what went back of the payment, so that no cent of it can be given back twice.
    refund_id bigint,
    opened_on date NOT NULL,
    closed_on date,
    PRIMARY KEY (account_number, id),
    UNIQUE (account_number, gateway, reference),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund,
    CHECK (taken_cents + beyond_cents IN (0, amount_cents)),
    CHECK (currency = 'usd' OR taken_cents + beyond_cents = 0),
    CHECK ((taken_cents > 0) = (refund_id IS NOT NULL)),
    CHECK ((state = 'open') = (closed_on IS NULL))
);
CREATE INDEX payments_dispute_by_payment ON payments_dispute (account_number, payment_id);
CREATE TRIGGER payments_dispute_guard
    BEFORE DELETE OR UPDATE OF account_number, id, payment_id, gateway, reference, amount_cents, currency, opened_on
    ON payments_dispute FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_dispute_truncation BEFORE TRUNCATE ON payments_dispute
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- The bills it opened again, to be paid again when it is won.
CREATE TABLE payments_dispute_part (
    account_number varchar(12) COLLATE "C" NOT NULL,
    dispute_id bigint NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    amount_cents ledger_amount NOT NULL,
    PRIMARY KEY (account_number, dispute_id, bill_id),
    FOREIGN KEY (account_number, dispute_id) REFERENCES payments_dispute,
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);
CREATE TRIGGER payments_dispute_part_guard BEFORE UPDATE OR DELETE ON payments_dispute_part
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

ALTER TABLE payments_refund ADD COLUMN dispute_id bigint;
ALTER TABLE payments_refund ADD FOREIGN KEY (account_number, dispute_id) REFERENCES payments_dispute;
-- The bank has it at once, and never asks whether it was approved.
ALTER TABLE payments_refund ADD CHECK (dispute_id IS NULL OR status <> 'requested' AND moved_to IS NULL);
CREATE TRIGGER payments_refund_dispute_guard BEFORE UPDATE OF dispute_id ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
DROP TRIGGER payments_refund_approved ON payments_refund;
CREATE CONSTRAINT TRIGGER payments_refund_approved AFTER INSERT ON payments_refund DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.moved_to IS NULL AND NEW.dispute_id IS NULL) EXECUTE FUNCTION payments_refund_is_approved();

-- As before; a payment whose dispute is won is what it was.
CREATE OR REPLACE FUNCTION payments_may_move(p_from text, p_to text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN p_from || '>' || p_to IN (
        '>authorising', '>accepted',
        'authorising>accepted', 'authorising>declined', 'authorising>unknown',
        'unknown>accepted', 'unknown>declined',
        'accepted>settled', 'accepted>voided', 'accepted>returned', 'accepted>refunded', 'accepted>charged_back',
        'settled>returned', 'settled>refunded', 'settled>charged_back',
        'declined>accepted', 'refunded>accepted', 'refunded>settled', 'charged_back>accepted', 'charged_back>settled');
END $$;

-- What a gateway says that does not go with what we know, with both figures. Nothing is booked of it but by a person:
--   mismatch         it took another amount or currency than was asked for
--   refund_mismatch  it gave back another amount or currency
--   currency         a dispute is not in dollars
--   amount           a dispute came again with another amount
--   beyond           a dispute takes more than is left of its payment, as after a refund
--   overturned       a dispute that was won is lost after all
--   unbooked         a dispute is won of a payment that was taken back in another way
CREATE TABLE payments_gateway_exception (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    dispute_id bigint,
    refund_id bigint,
    kind text NOT NULL CHECK (kind IN ('mismatch', 'refund_mismatch', 'currency', 'amount', 'beyond', 'overturned', 'unbooked')),
    our_cents ledger_sum NOT NULL,
    their_cents ledger_sum NOT NULL,
    their_currency text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'noted', 'booked', 'billed', 'unbilled')),
    bill_account varchar(12) COLLATE "C",
    bill_id bigint,
    note text NOT NULL DEFAULT '',
    closed_by text NOT NULL DEFAULT '',
    closed_at timestamptz,
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    FOREIGN KEY (account_number, dispute_id) REFERENCES payments_dispute,
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund,
    CHECK ((kind IN ('currency', 'amount', 'beyond', 'overturned', 'unbooked')) = (dispute_id IS NOT NULL)),
    CHECK ((kind = 'refund_mismatch') = (refund_id IS NOT NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL) AND (state = 'open') = (closed_by = '')),
    CHECK ((state IN ('billed', 'unbilled')) = (bill_id IS NOT NULL)),
    CHECK (kind = 'beyond' OR state NOT IN ('billed', 'unbilled'))
);
-- The same thing said again is the same exception, open or not.
CREATE UNIQUE INDEX payments_gateway_exception_once ON payments_gateway_exception
    (account_number, payment_id, kind, coalesce(dispute_id, 0), coalesce(refund_id, 0), their_cents, their_currency);
CREATE INDEX payments_gateway_exception_open ON payments_gateway_exception (opened_at) WHERE state = 'open';
CREATE TRIGGER payments_gateway_exception_guard
    BEFORE DELETE OR UPDATE OF id, account_number, payment_id, dispute_id, refund_id, kind, our_cents, their_cents, their_currency, opened_at
    ON payments_gateway_exception FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Note what a gateway says that does not go with what we know; again changes nothing. Returns whether it is new.
CREATE FUNCTION payments_gateway_differs(
    p_account text, p_payment bigint, p_dispute bigint, p_refund bigint, p_kind text, p_ours bigint, p_theirs bigint, p_currency text
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO payments_gateway_exception (account_number, payment_id, dispute_id, refund_id, kind, our_cents, their_cents, their_currency)
    VALUES (p_account, p_payment, p_dispute, p_refund, p_kind, p_ours, p_theirs, p_currency) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Where the money of a payment stands: at the bank once it was settled, else with whoever takes it there.
CREATE FUNCTION payments_stands_at(payment payments_payment) RETURNS smallint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT 1 FROM payments_move m WHERE m.account_number = payment.account_number AND m.payment_id = payment.id AND m.to_status = 'settled')
           THEN 1010::smallint ELSE payments_clearing(payment.method) END
$$;

-- Take what a dispute is for off its payment: credit first, then from the bills it settled, the last one first. What
-- had gone back before cannot be taken. A payment taken back whole by hand before, for this much, is this dispute's.
-- The caller holds the account's balance row.
CREATE FUNCTION payments_dispute_take(p_account text, p_dispute bigint, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    dispute payments_dispute;
    payment payments_payment;
    allocated record;
    v_adopted boolean;
    v_cents bigint := 0;
    v_missing bigint;
    v_part bigint;
    v_refund bigint;
BEGIN
    SELECT * INTO dispute FROM payments_dispute WHERE account_number = p_account AND id = p_dispute;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = dispute.payment_id;
    v_adopted := payment.status = 'charged_back' AND dispute.amount_cents = payment.amount_cents - payment.refunded_cents;
    IF payment.status IN ('accepted', 'settled') AND dispute.amount_cents > payment.amount_cents - payment.refunded_cents THEN
        -- Credit that moved on with a joined account comes back for it.
        PERFORM payments_fetch_moved(p_account, payment.id, 'charged_back', dispute.reason, p_on, p_actor);
        SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = dispute.payment_id;
    END IF;
    IF payment.status IN ('accepted', 'settled') OR v_adopted THEN
        v_cents := least(dispute.amount_cents, payment.amount_cents - payment.refunded_cents);
    END IF;
    IF v_cents = 0 THEN
        UPDATE payments_dispute SET beyond_cents = amount_cents WHERE account_number = p_account AND id = p_dispute;
        RETURN;
    END IF;
    IF NOT v_adopted THEN
        v_missing := v_cents - payment.unapplied_cents;
        FOR allocated IN
            SELECT bill_month, bill_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
            WHERE account_number = p_account AND payment_id = payment.id
            GROUP BY bill_month, bill_id HAVING sum(amount_cents) > 0 ORDER BY bill_id DESC
        LOOP
            EXIT WHEN v_missing <= 0;
            v_part := least(v_missing, allocated.cents);
            PERFORM payments_take_back(p_account, payment.id, allocated.bill_id, v_part, p_on, p_actor);
            INSERT INTO payments_dispute_part VALUES (p_account, p_dispute, allocated.bill_month, allocated.bill_id, v_part);
            v_missing := v_missing - v_part;
        END LOOP;
        PERFORM ledger_post(p_account, 2010::smallint, payments_stands_at(payment), v_cents, 'charged_back', p_on, 'payment:' || payment.id);
    END IF;
    INSERT INTO payments_refund (account_number, payment_id, key, amount_cents, status, reason, actor, gateway_reference, dispute_id)
    VALUES (p_account, payment.id, 'dispute:' || p_dispute, v_cents, 'sent', 'disputed', p_actor, dispute.reference, p_dispute) RETURNING id INTO v_refund;
    UPDATE payments_payment SET unapplied_cents = CASE WHEN v_adopted THEN 0 ELSE unapplied_cents - v_cents END, refunded_cents = refunded_cents + v_cents
        WHERE account_number = p_account AND id = payment.id;
    UPDATE payments_dispute SET taken_cents = v_cents, beyond_cents = amount_cents - v_cents, refund_id = v_refund WHERE account_number = p_account AND id = p_dispute;
    IF NOT v_adopted AND payment.refunded_cents + v_cents = payment.amount_cents THEN
        PERFORM payments_step(p_account, payment.id, payment.status, 'charged_back', p_actor, dispute.reason);
    END IF;
END $$;

-- Give back what a dispute took: to the bills it opened, as far as they are open still, the rest by the rule.
-- Returns false where the payment was taken back in another way meanwhile. The caller holds the account's balance row.
CREATE FUNCTION payments_dispute_give_back(p_account text, p_dispute bigint, p_line_order text[], p_on date, p_actor text) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    dispute payments_dispute;
    payment payments_payment;
    part record;
    v_left bigint;
    v_cents bigint;
BEGIN
    SELECT * INTO dispute FROM payments_dispute WHERE account_number = p_account AND id = p_dispute;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = dispute.payment_id;
    IF dispute.taken_cents = 0 THEN
        RETURN true;
    ELSIF payment.status NOT IN ('accepted', 'settled', 'charged_back', 'refunded') THEN
        RETURN false;
    END IF;
    PERFORM ledger_post(p_account, payments_stands_at(payment), 2010::smallint, dispute.taken_cents, 'dispute_won', p_on, 'payment:' || payment.id);
    UPDATE payments_refund SET status = 'failed' WHERE account_number = p_account AND dispute_id = p_dispute AND status = 'sent';
    UPDATE payments_payment SET refunded_cents = refunded_cents - dispute.taken_cents, unapplied_cents = unapplied_cents + dispute.taken_cents
        WHERE account_number = p_account AND id = payment.id;
    IF payment.status IN ('charged_back', 'refunded') THEN
        PERFORM payments_step(p_account, payment.id, payment.status, CASE payments_stands_at(payment) WHEN 1010 THEN 'settled' ELSE 'accepted' END,
                              p_actor, 'the dispute was won');
    END IF;
    v_left := dispute.taken_cents;
    FOR part IN
        SELECT p.bill_id, least(p.amount_cents, b.open_cents) AS cents FROM payments_dispute_part p
        JOIN billing_bill b ON (b.account_number, b.month, b.id) = (p.account_number, p.bill_month, p.bill_id)
        WHERE p.account_number = p_account AND p.dispute_id = p_dispute AND b.open_cents > 0 ORDER BY b.due_on, b.id
    LOOP
        v_cents := least(part.cents, v_left);
        EXIT WHEN v_cents = 0;
        PERFORM payments_apply(p_account, payment.id, v_cents, ARRAY[part.bill_id], p_line_order, p_on, p_actor);
        v_left := v_left - v_cents;
    END LOOP;
    IF v_left > 0 THEN
        PERFORM payments_apply(p_account, payment.id, v_left, '{}', p_line_order, p_on, p_actor);
    END IF;
    RETURN true;
END $$;

-- Take back a bill that asked for disputed money that had been refunded; what was paid of it is put elsewhere.
-- Returns false where it was changed in another way meanwhile, as by joining accounts.
CREATE FUNCTION payments_gateway_unbill(p_exception bigint, p_line_order text[], p_on date, p_actor text) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    exception payments_gateway_exception;
    payment payments_payment;
    bill billing_bill;
    paid record;
BEGIN
    SELECT * INTO exception FROM payments_gateway_exception WHERE id = p_exception FOR UPDATE;
    PERFORM 1 FROM ledger_balance WHERE account_number = exception.bill_account FOR NO KEY UPDATE;
    SELECT * INTO bill FROM billing_bill WHERE account_number = exception.bill_account AND id = exception.bill_id;
    SELECT * INTO payment FROM payments_payment WHERE account_number = exception.account_number AND id = exception.payment_id;
    IF bill.adjusted_cents <> 0 THEN
        RETURN false;
    END IF;
    FOR paid IN
        SELECT payment_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
        WHERE account_number = bill.account_number AND bill_month = bill.month AND bill_id = bill.id
        GROUP BY 1 HAVING sum(amount_cents) > 0 ORDER BY 1
    LOOP
        PERFORM payments_take_back(bill.account_number, paid.payment_id, bill.id, paid.cents, p_on, p_actor);
    END LOOP;
    PERFORM billing_adjust(bill.account_number, bill.id, -bill.amount_cents, 'cancel', payments_stands_at(payment), 'the dispute was won', p_actor, p_on);
    PERFORM payments_use_credit(bill.account_number, p_line_order, p_on, p_actor);
    UPDATE payments_gateway_exception SET state = 'unbilled' WHERE id = p_exception;
    RETURN true;
END $$;

-- Record what a gateway says of a dispute now. Late, twice or out of order, it changes nothing more: what was decided
-- is not open again, and one that is heard of first when it is won is taken and given back. Returns what was done:
-- 'taken', 'won', 'lost' or ''.
-- Refuses: unknown_payment.
CREATE FUNCTION payments_dispute_note(
    p_account text, p_payment bigint, p_gateway text, p_reference text, p_cents bigint, p_currency text, p_state text, p_reason text,
    p_line_order text[], p_on date, p_actor text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    dispute payments_dispute;
    asked payments_gateway_exception;
    v_on date := ledger_open_on(p_on);
    v_done text := '';
BEGIN
    SELECT * INTO dispute FROM payments_dispute WHERE account_number = p_account AND gateway = p_gateway AND reference = p_reference;
    IF NOT FOUND THEN
        INSERT INTO payments_dispute (account_number, payment_id, gateway, reference, amount_cents, currency, reason, state, opened_on)
        VALUES (p_account, p_payment, p_gateway, p_reference, p_cents, p_currency, p_reason, 'open', v_on) RETURNING * INTO dispute;
        IF p_currency = 'usd' THEN
            PERFORM payments_dispute_take(p_account, dispute.id, v_on, p_actor);
            SELECT * INTO dispute FROM payments_dispute WHERE account_number = p_account AND id = dispute.id;
            IF dispute.beyond_cents > 0 THEN
                PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'beyond', dispute.taken_cents, p_cents, p_currency);
            END IF;
        ELSE
            PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'currency', payment.amount_cents, p_cents, p_currency);
        END IF;
        v_done := 'taken';
    ELSIF (dispute.amount_cents, dispute.currency) IS DISTINCT FROM (p_cents, p_currency) THEN
        PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'amount', dispute.amount_cents, p_cents, p_currency);
    END IF;
    IF p_state = 'lost' AND dispute.state = 'open' THEN
        UPDATE payments_dispute SET state = 'lost', closed_on = v_on WHERE account_number = p_account AND id = dispute.id;
        RETURN 'lost';
    ELSIF p_state = 'lost' AND dispute.state = 'won' THEN
        PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'overturned', 0, p_cents, p_currency);
        RETURN v_done;
    ELSIF p_state <> 'won' OR dispute.state = 'won' THEN
        RETURN v_done;
    END IF;
    UPDATE payments_dispute SET state = 'won', closed_on = v_on WHERE account_number = p_account AND id = dispute.id;
    IF NOT payments_dispute_give_back(p_account, dispute.id, p_line_order, v_on, p_actor) THEN
        PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'unbooked', 0, p_cents, p_currency);
    END IF;
    FOR asked IN SELECT * FROM payments_gateway_exception WHERE account_number = p_account AND dispute_id = dispute.id AND kind = 'beyond' FOR UPDATE LOOP
        IF asked.state = 'open' THEN
            UPDATE payments_gateway_exception SET state = 'noted', note = 'The dispute was won.', closed_by = p_actor, closed_at = clock_timestamp() WHERE id = asked.id;
        ELSIF asked.state = 'billed' AND NOT payments_gateway_unbill(asked.id, p_line_order, v_on, p_actor) THEN
            PERFORM payments_gateway_differs(p_account, p_payment, dispute.id, NULL, 'unbooked', 0, p_cents, p_currency);
        END IF;
    END LOOP;
    RETURN 'won';
END $$;
