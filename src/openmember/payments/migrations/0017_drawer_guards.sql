-- What lies in a drawer is undone only by its own way, and a card is charged only for a visit that has its place.

-- A visit whose card is about to be charged. It holds its paper receipt, and its drawer is not counted around it.
CREATE TABLE payments_drawer_visit (
    drawer_id bigint NOT NULL REFERENCES payments_drawer,
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    visit ledger_word NOT NULL,
    paper_number bigint UNIQUE CHECK (paper_number > 0),
    reserved_by ledger_word NOT NULL,
    reserved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (drawer_id, account_number, visit)
);

-- The payment by card of a visit: `payments.drawers.services.taking` names it so.
CREATE FUNCTION payments_drawer_card(p_account text, p_visit text) RETURNS payments_payment
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p FROM payments_payment p WHERE p.account_number = p_account AND p.key = 'counter:' || p_visit || ':card'
    ORDER BY p.id DESC LIMIT 1
$$;

-- Keep a place for a visit before its card is charged. Again does nothing.
-- Refuses: no_drawer, not_issued, keyed_before, too_early.
CREATE FUNCTION payments_drawer_reserve(p_drawer bigint, p_account text, p_visit text, p_paper bigint, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    drawer payments_drawer := payments_drawer_locked(p_drawer, p_actor);
BEGIN
    IF EXISTS (SELECT 1 FROM payments_drawer_visit WHERE (drawer_id, account_number, visit) = (p_drawer, p_account, p_visit)
               AND paper_number IS NOT DISTINCT FROM p_paper) THEN
        RETURN;
    END IF;
    BEGIN
        INSERT INTO payments_drawer_visit (drawer_id, account_number, visit, paper_number, reserved_by)
            VALUES (p_drawer, p_account, p_visit, p_paper, p_actor);
    EXCEPTION WHEN unique_violation THEN
        PERFORM kernel_refuse('keyed_before', 'this paper receipt is being keyed by somebody else');
    END;
    -- After the insert, which waits for whoever holds the number, so that what they did is seen.
    IF p_paper IS NOT NULL THEN
        PERFORM payments_paper_check(drawer.facility, p_paper, p_on);
        IF EXISTS (SELECT 1 FROM payments_paper_receipt WHERE number = p_paper) THEN
            PERFORM kernel_refuse('keyed_before', 'this paper receipt was keyed before');
        END IF;
    END IF;
END $$;

-- Refuses: not_issued, too_early.
CREATE FUNCTION payments_paper_check(p_facility text, p_number bigint, p_on date) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    range payments_paper_range;
BEGIN
    SELECT * INTO range FROM payments_paper_range WHERE facility = p_facility AND p_number BETWEEN first AND last;
    IF range.id IS NULL THEN
        PERFORM kernel_refuse('not_issued', 'no paper receipt of this number was issued to this facility');
    ELSIF p_on < range.issued_on THEN
        PERFORM kernel_refuse('too_early', 'this paper receipt was handed out later than that day');
    END IF;
    RETURN range.id;
END $$;

-- Give the place back: the card was declined, or everything is in the drawer now. Again does nothing.
CREATE FUNCTION payments_drawer_release(p_drawer bigint, p_account text, p_visit text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM payments_drawer_visit WHERE (drawer_id, account_number, visit) = (p_drawer, p_account, p_visit)
$$;

-- Put a card that was charged for a visit nobody finished into its drawer. What is still unanswered stays.
CREATE FUNCTION payments_drawer_finish_cards(p_drawer bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    begun payments_drawer_visit;
    card payments_payment;
BEGIN
    FOR begun IN SELECT * FROM payments_drawer_visit WHERE drawer_id = p_drawer ORDER BY account_number, visit LOOP
        card := payments_drawer_card(begun.account_number, begun.visit);
        CONTINUE WHEN card.status IN ('authorising', 'unknown');
        IF card.status = 'accepted' THEN
            INSERT INTO payments_drawer_payment (account_number, payment_id, drawer_id, visit, method, amount_cents, tendered_cents, change_cents)
                VALUES (card.account_number, card.id, p_drawer, begun.visit, 'card', card.amount_cents, card.amount_cents, 0)
                ON CONFLICT DO NOTHING;
        END IF;
        PERFORM payments_drawer_release(p_drawer, begun.account_number, begun.visit);
        IF card.status = 'accepted' AND begun.paper_number IS NOT NULL THEN
            PERFORM payments_paper_key((SELECT facility FROM payments_drawer WHERE id = p_drawer), begun.paper_number,
                                       card.account_number, card.id, '', begun.reserved_by);
        END IF;
    END LOOP;
END $$;

-- A drawer is not counted while its terminal has a card in hand.
CREATE FUNCTION payments_drawer_guard_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM payments_drawer_finish_cards(NEW.id);
    IF EXISTS (SELECT 1 FROM payments_drawer_visit WHERE drawer_id = NEW.id) THEN
        PERFORM kernel_refuse('card_waiting', 'the terminal has not answered for a card yet: try again in a moment');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_drawer_guards_count BEFORE UPDATE OF counted_at ON payments_drawer
    FOR EACH ROW WHEN (OLD.counted_at IS NULL AND NEW.counted_at IS NOT NULL) EXECUTE FUNCTION payments_drawer_guard_count();

-- Key a receipt on paper: what it is for, or that it was spoiled. A number is keyed once, and by who holds it.
-- Refuses: not_issued, too_early, keyed_before.
CREATE OR REPLACE FUNCTION payments_paper_key(p_facility text, p_number bigint, p_account text, p_payment bigint, p_spoiled text, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_on date := coalesce((SELECT effective_on FROM payments_payment WHERE (account_number, id) = (p_account, p_payment)), 'infinity');
    v_range bigint := payments_paper_check(p_facility, p_number, v_on);
BEGIN
    IF EXISTS (SELECT 1 FROM payments_drawer_visit WHERE paper_number = p_number) THEN
        PERFORM kernel_refuse('keyed_before', 'this paper receipt is being keyed by somebody else');
    END IF;
    INSERT INTO payments_paper_receipt (number, range_id, account_number, payment_id, spoiled, keyed_by)
        VALUES (p_number, v_range, p_account, p_payment, p_spoiled, p_actor) ON CONFLICT (number) DO NOTHING;
    IF NOT FOUND AND NOT EXISTS (SELECT 1 FROM payments_paper_receipt
            WHERE number = p_number AND (account_number, payment_id) IS NOT DISTINCT FROM (p_account, p_payment) AND p_payment IS NOT NULL) THEN
        PERFORM kernel_refuse('keyed_before', 'this paper receipt was keyed before');
    END IF;
END $$;

-- Whoever worked the drawer has no say in what leaves it.
CREATE FUNCTION payments_drawer_guard_decider() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM payments_drawer_payment t JOIN payments_drawer d ON d.id = t.drawer_id
               WHERE (t.account_number, t.payment_id) = (NEW.account_number, NEW.payment_id) AND d.cashier = NEW.decided_by) THEN
        PERFORM kernel_refuse('same_person', 'the drawer is yours: somebody else has to agree');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_drawer_void_decider BEFORE UPDATE OF decided_by ON payments_drawer_void
    FOR EACH ROW WHEN (NEW.state = 'agreed') EXECUTE FUNCTION payments_drawer_guard_decider();

-- What was taken into a drawer leaves it by its own way: no other way undoes it. A bank sends back a check once
-- it was deposited, and cash never; a card network takes back cards only.
CREATE OR REPLACE FUNCTION payments_drawer_guard_void() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken payments_drawer_payment;
    v_deposit bigint;
BEGIN
    SELECT * INTO taken FROM payments_drawer_payment WHERE (account_number, payment_id) = (NEW.account_number, NEW.id);
    IF taken.payment_id IS NULL THEN
        RETURN NEW;
    END IF;
    v_deposit := (SELECT deposit_id FROM payments_drawer WHERE id = taken.drawer_id);
    IF NEW.status = 'voided' AND NOT EXISTS (SELECT 1 FROM payments_drawer_void v
            WHERE (v.account_number, v.payment_id, v.state) = (NEW.account_number, NEW.id, 'agreed')) THEN
        PERFORM kernel_refuse('not_allowed', 'it is in a drawer: void it at the counter, where a supervisor agrees');
    ELSIF NEW.status = 'returned' AND taken.method <> 'check' THEN
        PERFORM kernel_refuse('not_allowed', 'a bank sends back checks: what was paid otherwise is refunded');
    ELSIF NEW.status = 'returned' AND v_deposit IS NULL THEN
        PERFORM kernel_refuse('not_allowed', 'this check is still in its drawer: void it at the counter');
    ELSIF NEW.status = 'charged_back' AND taken.method <> 'card' THEN
        PERFORM kernel_refuse('not_allowed', 'only a payment by card is disputed with the card''s bank');
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER payments_drawer_guards_void ON payments_payment;
CREATE TRIGGER payments_drawer_guards_void BEFORE UPDATE OF status ON payments_payment
    FOR EACH ROW WHEN (NEW.status IN ('voided', 'returned', 'charged_back')) EXECUTE FUNCTION payments_drawer_guard_void();
