-- What is done with a drawer. Locks come in one order: HOUSE, the account's balance row, the drawer.

-- Open a drawer with its float. Again by the same cashier returns the one that is open.
-- Refuses: drawer_taken, cashier_has_drawer.
CREATE FUNCTION payments_drawer_start(p_facility text, p_drawer text, p_float bigint, p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_drawer;
    v_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_drawer_start'));
    SELECT * INTO known FROM payments_drawer WHERE cashier = p_actor AND counted_at IS NULL;
    IF (known.facility, known.drawer, known.float_cents::bigint) = (p_facility, p_drawer, p_float) THEN
        RETURN known.id;
    ELSIF known.id IS NOT NULL THEN
        PERFORM kernel_refuse('cashier_has_drawer', format('you have %s open: count it first', known.drawer));
    ELSIF EXISTS (SELECT 1 FROM payments_drawer WHERE facility = p_facility AND drawer = p_drawer AND counted_at IS NULL) THEN
        PERFORM kernel_refuse('drawer_taken', 'somebody else has this drawer open');
    END IF;
    INSERT INTO payments_drawer (facility, drawer, cashier, float_cents, opened_on)
        VALUES (p_facility, p_drawer, p_actor, p_float, p_on) RETURNING id INTO v_id;
    RETURN v_id;
END $$;

-- The drawer a cashier has open, locked. Refuses: no_drawer.
CREATE FUNCTION payments_drawer_locked(p_drawer bigint, p_actor text) RETURNS payments_drawer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    drawer payments_drawer;
BEGIN
    SELECT * INTO drawer FROM payments_drawer WHERE id = p_drawer FOR UPDATE;
    IF drawer.id IS NULL OR drawer.cashier <> p_actor OR drawer.counted_at IS NOT NULL THEN
        PERFORM kernel_refuse('no_drawer', 'you have no such drawer open');
    END IF;
    RETURN drawer;
END $$;

-- Put a payment that came through the door at the counter into the drawer. Again does nothing.
-- Refuses: no_drawer, not_counter.
CREATE FUNCTION payments_drawer_take(p_drawer bigint, p_account text, p_payment bigint, p_visit text, p_tendered bigint, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
BEGIN
    IF EXISTS (SELECT 1 FROM payments_drawer_payment WHERE account_number = p_account AND payment_id = p_payment) THEN
        RETURN;
    END IF;
    PERFORM payments_drawer_locked(p_drawer, p_actor);
    IF payment.channel <> 'counter' OR payment.status <> 'accepted' THEN
        PERFORM kernel_refuse('not_counter', 'only what was taken at a counter goes into a drawer');
    END IF;
    INSERT INTO payments_drawer_payment (account_number, payment_id, drawer_id, visit, method, amount_cents, tendered_cents, change_cents)
        VALUES (p_account, p_payment, p_drawer, p_visit, payment.method, payment.amount_cents, p_tendered, p_tendered - payment.amount_cents);
END $$;

-- What should be in a drawer: the float and what was taken, less what was voided out of it.
CREATE FUNCTION payments_drawer_expected(p_drawer bigint, p_method text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE p_method WHEN 'cash' THEN d.float_cents ELSE 0 END + coalesce((
        SELECT sum(t.amount_cents) FROM payments_drawer_payment t
        WHERE t.drawer_id = d.id AND t.method = p_method AND NOT EXISTS (
            SELECT 1 FROM payments_drawer_void v WHERE (v.account_number, v.payment_id) = (t.account_number, t.payment_id) AND v.before_count)), 0)::bigint
    FROM payments_drawer d WHERE d.id = p_drawer
$$;

-- Post what was over or short. It belongs to no member, so it stands under HOUSE.
CREATE FUNCTION payments_drawer_over_short(p_drawer bigint, p_code smallint, p_cents bigint, p_on date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF p_cents > 0 THEN
        PERFORM ledger_post('HOUSE', p_code, 5070::smallint, p_cents, 'over_short', p_on, 'drawer:' || p_drawer);
    ELSIF p_cents < 0 THEN
        PERFORM ledger_post('HOUSE', 5070::smallint, p_code, -p_cents, 'over_short', p_on, 'drawer:' || p_drawer);
    END IF;
END $$;

-- Close a drawer with what was counted in it, and post the difference. Again with the same count does nothing.
-- Refuses: no_drawer, void_waiting, counted_before.
CREATE FUNCTION payments_drawer_count(p_drawer bigint, p_cash bigint, p_checks bigint, p_pieces jsonb, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    drawer payments_drawer;
    v_cash bigint;
    v_checks bigint;
BEGIN
    INSERT INTO ledger_balance (account_number) VALUES ('HOUSE') ON CONFLICT DO NOTHING;
    PERFORM 1 FROM ledger_balance WHERE account_number = 'HOUSE' FOR NO KEY UPDATE;
    SELECT * INTO drawer FROM payments_drawer WHERE id = p_drawer AND cashier = p_actor FOR UPDATE;
    IF drawer.counted_at IS NOT NULL THEN
        IF (drawer.counted_cash_cents::bigint, drawer.counted_checks_cents::bigint, drawer.pieces) = (p_cash, p_checks, p_pieces) THEN
            RETURN;
        END IF;
        PERFORM kernel_refuse('counted_before', 'this drawer was counted before, otherwise');
    END IF;
    PERFORM payments_drawer_locked(p_drawer, p_actor);
    IF EXISTS (SELECT 1 FROM payments_drawer_void v JOIN payments_drawer_payment t USING (account_number, payment_id)
               WHERE t.drawer_id = p_drawer AND v.state = 'waiting') THEN
        PERFORM kernel_refuse('void_waiting', 'a void of this drawer waits for a supervisor');
    END IF;
    v_cash := payments_drawer_expected(p_drawer, 'cash');
    v_checks := payments_drawer_expected(p_drawer, 'check');
    UPDATE payments_drawer SET counted_on = p_on, counted_at = clock_timestamp(), pieces = p_pieces,
        expected_cash_cents = v_cash, counted_cash_cents = p_cash, expected_checks_cents = v_checks, counted_checks_cents = p_checks
        WHERE id = p_drawer;
    PERFORM payments_drawer_over_short(p_drawer, payments_clearing('cash'), p_cash - v_cash, p_on);
    PERFORM payments_drawer_over_short(p_drawer, payments_clearing('check'), p_checks - v_checks, p_on);
END $$;

-- Ask for a payment to be voided; a second person decides. Again returns the request that waits.
-- Refuses: not_at_counter, deposited, card, already_voided.
CREATE FUNCTION payments_drawer_ask_void(p_account text, p_payment bigint, p_reason text, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    taken payments_drawer_payment;
    known payments_drawer_void;
    v_id bigint;
BEGIN
    SELECT * INTO taken FROM payments_drawer_payment WHERE account_number = p_account AND payment_id = p_payment;
    SELECT * INTO known FROM payments_drawer_void WHERE account_number = p_account AND payment_id = p_payment AND state <> 'rejected';
    IF known.state = 'waiting' THEN
        RETURN known.id;
    ELSIF taken.payment_id IS NULL THEN
        PERFORM kernel_refuse('not_at_counter', 'this payment was not taken into a drawer');
    ELSIF taken.method = 'card' THEN
        PERFORM kernel_refuse('card', 'what the card terminal took is given back with a refund');
    ELSIF payment.status <> 'accepted' THEN
        PERFORM kernel_refuse('already_voided', format('the payment is %s', payment.status));
    END IF;
    PERFORM 1 FROM payments_drawer WHERE id = taken.drawer_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM payments_drawer WHERE id = taken.drawer_id AND deposit_id IS NOT NULL) THEN
        PERFORM kernel_refuse('deposited', 'the money went to the bank: refund it instead');
    END IF;
    INSERT INTO payments_drawer_void (account_number, payment_id, state, reason, asked_by)
        VALUES (p_account, p_payment, 'waiting', p_reason, p_actor) RETURNING id INTO v_id;
    RETURN v_id;
END $$;

-- Decide on a void. Agreed, the payment is reversed whole and its money leaves the drawer, or the bag.
-- Refuses: not_waiting, same_person, deposited.
CREATE FUNCTION payments_drawer_decide_void(p_void bigint, p_agreed boolean, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    void payments_drawer_void;
    drawer payments_drawer;
BEGIN
    SELECT * INTO void FROM payments_drawer_void WHERE id = p_void;
    PERFORM 1 FROM ledger_balance WHERE account_number = void.account_number FOR NO KEY UPDATE;
    SELECT d.* INTO drawer FROM payments_drawer_payment t JOIN payments_drawer d ON d.id = t.drawer_id
        WHERE (t.account_number, t.payment_id) = (void.account_number, void.payment_id) FOR UPDATE OF d;
    SELECT * INTO void FROM payments_drawer_void WHERE id = p_void FOR UPDATE;
    IF void.state IS DISTINCT FROM 'waiting' THEN
        PERFORM kernel_refuse('not_waiting', 'this was decided before');
    ELSIF void.asked_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    ELSIF p_agreed AND drawer.deposit_id IS NOT NULL THEN
        PERFORM kernel_refuse('deposited', 'the money went to the bank: refund it instead');
    END IF;
    UPDATE payments_drawer_void SET state = CASE WHEN p_agreed THEN 'agreed' ELSE 'rejected' END, decided_by = p_actor, decided_at = clock_timestamp(),
        before_count = CASE WHEN p_agreed THEN drawer.counted_at IS NULL END WHERE id = p_void;
    IF p_agreed THEN
        PERFORM payments_reverse(void.account_number, void.payment_id, 'voided', void.reason, p_on, p_actor);
    END IF;
END $$;

-- What was taken into a drawer leaves it by its own way: no other way voids it.
CREATE FUNCTION payments_drawer_guard_void() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM payments_drawer_payment t WHERE (t.account_number, t.payment_id) = (NEW.account_number, NEW.id)
        AND NOT EXISTS (SELECT 1 FROM payments_drawer_void v WHERE (v.account_number, v.payment_id, v.state) = (NEW.account_number, NEW.id, 'agreed'))) THEN
        PERFORM kernel_refuse('not_allowed', 'it is in a drawer: void it at the counter, where a supervisor agrees');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_drawer_guards_void BEFORE UPDATE OF status ON payments_payment
    FOR EACH ROW WHEN (NEW.status = 'voided') EXECUTE FUNCTION payments_drawer_guard_void();

-- What counted drawers of these ids bring to the bank: what was counted, less the float and what was voided since.
CREATE FUNCTION payments_drawer_bag(p_drawers bigint[], OUT cash_cents bigint, OUT checks_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(counted_cash_cents - float_cents - voided.cash), 0)::bigint, coalesce(sum(counted_checks_cents - voided.checks), 0)::bigint
    FROM payments_drawer d CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.amount_cents) FILTER (WHERE t.method = 'cash'), 0) AS cash, coalesce(sum(t.amount_cents) FILTER (WHERE t.method = 'check'), 0) AS checks
        FROM payments_drawer_payment t JOIN payments_drawer_void v USING (account_number, payment_id)
        WHERE t.drawer_id = d.id AND v.state = 'agreed' AND NOT v.before_count) voided
    WHERE d.id = ANY (p_drawers)
$$;

-- Make the deposit of everything that was counted at a facility and is not in one.
-- Refuses: nothing_to_deposit, void_waiting.
CREATE FUNCTION payments_deposit_make(p_facility text, p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_drawers bigint[];
    v_cash bigint;
    v_checks bigint;
    v_id bigint;
BEGIN
    SELECT coalesce(array_agg(id), '{}') INTO v_drawers FROM (
        SELECT id FROM payments_drawer WHERE facility = p_facility AND counted_at IS NOT NULL AND deposit_id IS NULL ORDER BY id FOR UPDATE) bagged;
    SELECT bag.cash_cents, bag.checks_cents INTO v_cash, v_checks FROM payments_drawer_bag(v_drawers) bag;
    IF v_cash + v_checks <= 0 THEN
        PERFORM kernel_refuse('nothing_to_deposit', 'no counted drawer holds money for the bank');
    ELSIF EXISTS (SELECT 1 FROM payments_drawer_void v JOIN payments_drawer_payment t USING (account_number, payment_id)
                  WHERE t.drawer_id = ANY (v_drawers) AND v.state = 'waiting') THEN
        PERFORM kernel_refuse('void_waiting', 'a void of one of these drawers waits for a supervisor');
    END IF;
    INSERT INTO payments_deposit (facility, made_on, cash_cents, checks_cents, made_by)
        VALUES (p_facility, p_on, v_cash, v_checks, p_actor) RETURNING id INTO v_id;
    UPDATE payments_drawer SET deposit_id = v_id WHERE id = ANY (v_drawers);
    RETURN v_id;
END $$;

-- Hand out a range of numbered receipts. Refuses: numbers_taken, bad_range.
CREATE FUNCTION payments_paper_issue(p_facility text, p_first bigint, p_last bigint, p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    INSERT INTO payments_paper_range (facility, first, last, issued_on, issued_by)
        VALUES (p_facility, p_first, p_last, p_on, p_actor) RETURNING id INTO v_id;
    RETURN v_id;
EXCEPTION
    WHEN exclusion_violation THEN
        PERFORM kernel_refuse('numbers_taken', 'some of these numbers were issued before');
        RETURN NULL;
    WHEN check_violation THEN
        PERFORM kernel_refuse('bad_range', 'a range goes up, and holds at most 10,000 numbers');
        RETURN NULL;
END $$;

-- Key a receipt on paper: what it is for, or that it was spoiled. A number is keyed once.
-- Refuses: not_issued, keyed_before.
CREATE FUNCTION payments_paper_key(p_facility text, p_number bigint, p_account text, p_payment bigint, p_spoiled text, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_range bigint := (SELECT id FROM payments_paper_range WHERE facility = p_facility AND p_number BETWEEN first AND last);
BEGIN
    IF v_range IS NULL THEN
        PERFORM kernel_refuse('not_issued', 'no paper receipt of this number was issued to this facility');
    END IF;
    INSERT INTO payments_paper_receipt (number, range_id, account_number, payment_id, spoiled, keyed_by)
        VALUES (p_number, v_range, p_account, p_payment, p_spoiled, p_actor) ON CONFLICT (number) DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT 1 FROM payments_paper_receipt
            WHERE number = p_number AND (account_number, payment_id) IS NOT DISTINCT FROM (p_account, p_payment) AND p_payment IS NOT NULL) THEN
        PERFORM kernel_refuse('keyed_before', 'this paper receipt was keyed before');
    END IF;
END $$;
