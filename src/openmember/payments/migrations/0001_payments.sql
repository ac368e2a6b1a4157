-- Payments: the one door every channel goes through, allocation, and the life of a payment.

CREATE SEQUENCE payments_payment_id CACHE 50;

CREATE DOMAIN payments_request_key AS text CHECK (length(VALUE) BETWEEN 1 AND 200);
CREATE DOMAIN payments_method AS text CHECK (VALUE IN ('card', 'ach', 'cash', 'check', 'wire', 'transfer'));
CREATE DOMAIN payments_channel AS text CHECK (VALUE IN (
    'web', 'guest', 'app', 'phone', 'counter', 'wire', 'bank', 'lockbox', 'autopay', 'desk', 'command'));
CREATE DOMAIN payments_status AS text CHECK (VALUE IN (
    'authorising', 'unknown', 'declined', 'accepted', 'settled', 'voided', 'returned', 'refunded', 'charged_back'));

-- The account is referred to by its balance: a payment holds that row already, so the check locks nothing more.
CREATE TABLE payments_payment (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES ledger_balance,
    id bigint NOT NULL DEFAULT nextval('payments_payment_id'),
    key payments_request_key COLLATE "C" NOT NULL,
    amount_cents ledger_amount NOT NULL,
    method payments_method NOT NULL,
    channel payments_channel NOT NULL,
    -- The bills named by the payer, in order; empty means the rule decides.
    bills bigint[] NOT NULL DEFAULT '{}',
    status payments_status NOT NULL,
    gateway text NOT NULL DEFAULT '',
    gateway_reference text NOT NULL DEFAULT '',
    tender text NOT NULL DEFAULT '',
    payer text NOT NULL,
    effective_on date NOT NULL,
    unapplied_cents ledger_sum NOT NULL DEFAULT 0,
    refunded_cents ledger_sum NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Its own id once an approval overtook its decline: by then another payment may have its key.
    overtook bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account_number, id),
    CHECK (unapplied_cents + refunded_cents <= amount_cents)
) WITH (fillfactor = 90);
-- A refused request leaves its key free.
CREATE UNIQUE INDEX payments_key ON payments_payment (account_number, key, overtook) WHERE status <> 'declined';
-- A gateway's messages name the payment and not the account.
CREATE INDEX payments_by_gateway ON payments_payment (id) WHERE gateway <> '';
-- The few whose outcome is still to be asked for.
CREATE INDEX payments_unresolved ON payments_payment (created_at) WHERE status IN ('authorising', 'unknown');
CREATE TRIGGER payments_payment_guard
    BEFORE DELETE OR UPDATE OF account_number, id, key, amount_cents, method, channel, bills, payer, created_at
    ON payments_payment FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- The pairs of statuses that may follow one another are those of payments/rules.py.
CREATE FUNCTION payments_may_move(p_from text, p_to text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN p_from || '>' || p_to IN (
        '>authorising', '>accepted',
        'authorising>accepted', 'authorising>declined', 'authorising>unknown',
        'unknown>accepted', 'unknown>declined',
        'accepted>settled', 'accepted>voided', 'accepted>returned', 'accepted>refunded', 'accepted>charged_back',
        'settled>returned', 'settled>refunded', 'settled>charged_back',
        -- An approval that overtakes its decline, and a refund that the bank sends back.
        'declined>accepted', 'refunded>accepted', 'refunded>settled');
END $$;

-- Each step of a payment's life.
CREATE TABLE payments_move (
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    position smallint NOT NULL DEFAULT 1,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    from_status text NOT NULL,
    to_status text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (account_number, payment_id, position),
    CHECK (payments_may_move(from_status, to_status))
);
CREATE TRIGGER payments_move_guard BEFORE UPDATE OR DELETE ON payments_move
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What of a payment settles what of a bill. Taking back is a further row with a negative amount.
CREATE TABLE payments_allocation (
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    position smallint NOT NULL DEFAULT 1,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    PRIMARY KEY (account_number, payment_id, bill_id, position),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);
CREATE TRIGGER payments_allocation_guard BEFORE UPDATE OR DELETE ON payments_allocation
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

CREATE SEQUENCE payments_refund_id CACHE 20;

CREATE TABLE payments_refund (
    account_number varchar(12) COLLATE "C" NOT NULL,
    id bigint NOT NULL DEFAULT nextval('payments_refund_id'),
    payment_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    status text NOT NULL CHECK (status IN ('requested', 'sent', 'failed')),
    reason text NOT NULL CHECK (reason <> ''),
    actor text NOT NULL,
    gateway_reference text NOT NULL DEFAULT '',
    -- The account it went to, when it left with a merge.
    moved_to varchar(12) COLLATE "C",
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, id),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment
);
CREATE UNIQUE INDEX payments_refund_key ON payments_refund (account_number, key) WHERE status <> 'failed';
CREATE INDEX payments_refund_open ON payments_refund (created_at) WHERE status = 'requested';
CREATE TRIGGER payments_refund_guard
    BEFORE DELETE OR UPDATE OF account_number, id, payment_id, key, amount_cents, reason, actor, created_at
    ON payments_refund FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Where money of each method stands until the bank has it.
CREATE FUNCTION payments_clearing(p_method text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE p_method WHEN 'card' THEN 1020 WHEN 'ach' THEN 1030 WHEN 'cash' THEN 1040 WHEN 'check' THEN 1050 WHEN 'transfer' THEN 1900 ELSE 1010 END)::smallint
$$;

-- Settle bills of one account with p_amount that the payment holds, and return what is left over.
-- The caller holds the account's balance row. p_from is the code the money comes from: clearing for a
-- payment just made, which keeps what is left as credit; unapplied credit for one made before.
CREATE FUNCTION payments_settle_bills(
    p_account text, p_payment bigint, p_amount bigint, p_bills bigint[], p_line_order text[], p_since date,
    p_from smallint, p_kind text, p_effective_on date, p_actor text, p_until date DEFAULT 'infinity'
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    bill record;
    v_left bigint := p_amount;
    v_part bigint;
    v_position smallint := 1;
    v_premium bigint := 0;
    v_medical bigint := 0;
    v_pharmacy bigint := 0;
    v_named boolean := cardinality(p_bills) > 0;
BEGIN
    FOR bill IN
        SELECT b.month, b.id, b.line, b.open_cents FROM billing_bill b
        WHERE b.account_number = p_account AND b.month BETWEEN p_since AND p_until AND b.open_cents > 0
          AND CASE WHEN v_named THEN b.id = ANY (p_bills) ELSE NOT b.held END
        ORDER BY CASE WHEN v_named THEN array_position(p_bills, b.id) END, b.due_on, array_position(p_line_order, b.line), b.id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, bill.open_cents);
        v_left := v_left - v_part;
        UPDATE billing_bill SET open_cents = open_cents - v_part
            WHERE account_number = p_account AND month = bill.month AND id = bill.id;
        IF p_from = 2010 THEN
            v_position := (SELECT count(*) + 1 FROM payments_allocation
                           WHERE account_number = p_account AND payment_id = p_payment AND bill_id = bill.id);
        END IF;
        INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, position, amount_cents, actor)
        VALUES (p_account, p_payment, bill.month, bill.id, v_position, v_part, p_actor);
        CASE bill.line WHEN 'premium' THEN v_premium := v_premium + v_part;
                       WHEN 'medical' THEN v_medical := v_medical + v_part;
                       ELSE v_pharmacy := v_pharmacy + v_part; END CASE;
    END LOOP;
    PERFORM ledger_settle(p_account, p_from, v_premium, v_medical, v_pharmacy, CASE p_from WHEN 2010 THEN 0 ELSE v_left END,
                          p_kind, p_effective_on, 'payment:' || p_payment);
    RETURN v_left;
END $$;

-- Record one step of a payment's life and make it.
CREATE FUNCTION payments_step(p_account text, p_payment bigint, p_from text, p_to text, p_actor text, p_reason text DEFAULT '') RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO payments_move (account_number, payment_id, position, from_status, to_status, actor, reason)
        SELECT p_account, p_payment, count(*) + 1, p_from, p_to, p_actor, p_reason
        FROM payments_move WHERE account_number = p_account AND payment_id = p_payment;
    UPDATE payments_payment SET status = p_to WHERE account_number = p_account AND id = p_payment;
$$;

-- Whether a repeated request says what the first one said; the day it counts for may differ.
CREATE FUNCTION payments_is_repeat(known payments_payment, p_amount bigint, p_method text, p_channel text, p_bills bigint[], p_payer text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (known.amount_cents, known.method, known.channel, known.bills, known.payer) = (p_amount, p_method, p_channel, p_bills, p_payer)
$$;

-- Whether the account has each of these bills; naming one twice is naming one too many.
CREATE FUNCTION payments_knows_bills(p_account text, p_bills bigint[]) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT cardinality(p_bills) = 0
        OR (SELECT count(*) FROM billing_bill WHERE account_number = p_account AND id = ANY (p_bills)) = cardinality(p_bills)
$$;

CREATE TYPE payments_posted AS (payment_id bigint, status text, repeated boolean, credit_cents bigint);

-- Take one payment: the one door. p_status is 'accepted' when the money is here (cash, a bank file), or
-- 'authorising' to note the intent before a gateway is called; payments_accept follows with the answer.
-- A key used before with the same contents returns the first payment.
-- Refuses: unknown_account, merged_account, not_positive, key_reused, unknown_bill.
CREATE FUNCTION payments_post(
    p_account text, p_key text, p_amount bigint, p_method text, p_channel text, p_bills bigint[],
    p_line_order text[], p_effective_on date, p_payer text, p_actor text,
    p_status text DEFAULT 'accepted', p_gateway text DEFAULT '', p_tender text DEFAULT ''
) RETURNS payments_posted LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_payment;
    v_since date;
    v_until date;
    v_closed boolean;
    v_id bigint;
    v_left bigint := 0;
BEGIN
    SELECT unsettled_since, billed_until, closed INTO v_since, v_until, v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    ELSIF p_amount <= 0 THEN
        PERFORM kernel_refuse('not_positive', 'a payment is more than nothing');
    END IF;
    SELECT * INTO known FROM payments_payment WHERE account_number = p_account AND key = p_key AND status <> 'declined'
        ORDER BY overtook LIMIT 1;
    IF FOUND THEN
        IF NOT payments_is_repeat(known, p_amount, p_method, p_channel, p_bills, p_payer) THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another payment');
        END IF;
        RETURN (known.id, known.status::text, true, known.unapplied_cents::bigint);
    END IF;
    IF cardinality(p_bills) > 0 AND NOT payments_knows_bills(p_account, p_bills) THEN
        PERFORM kernel_refuse('unknown_bill', 'the account has no such bill');
    END IF;
    v_id := nextval('payments_payment_id');
    INSERT INTO payments_payment (account_number, id, key, amount_cents, method, channel, bills, status, gateway, tender, payer, effective_on)
    VALUES (p_account, v_id, p_key, p_amount, p_method, p_channel, p_bills, p_status, p_gateway, p_tender, p_payer, p_effective_on);
    INSERT INTO payments_move (account_number, payment_id, from_status, to_status, actor) VALUES (p_account, v_id, '', p_status, p_actor);
    IF p_status = 'accepted' THEN
        v_left := payments_settle_bills(p_account, v_id, p_amount, p_bills, p_line_order, v_since,
                                        payments_clearing(p_method), 'payment', p_effective_on, p_actor, v_until);
        IF v_left > 0 THEN
            UPDATE payments_payment SET unapplied_cents = v_left WHERE account_number = p_account AND id = v_id;
        END IF;
    END IF;
    RETURN (v_id, p_status, false, v_left);
END $$;

-- Record a gateway's answer to an intent. The same one again, or a decline after the approval, changes nothing.
-- An approval after a decline is taken, because the money was: it is never lost for coming late. When the
-- account was merged meanwhile, what arrived moves on to the joined one.
-- Refuses: unknown_payment.
CREATE FUNCTION payments_answer(
    p_account text, p_payment bigint, p_status text, p_gateway_reference text, p_tender text,
    p_line_order text[], p_effective_on date, p_actor text, p_reason text
) RETURNS payments_posted LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment;
    v_since date;
    v_until date;
    v_closed boolean;
    v_left bigint := 0;
BEGIN
    SELECT unsettled_since, billed_until, closed INTO v_since, v_until, v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = p_payment;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_payment');
    ELSIF payment.status NOT IN ('authorising', 'unknown', 'declined') OR NOT payments_may_move(payment.status, p_status) THEN
        -- Late or again: what is known says more than this answer.
        RETURN (payment.id, payment.status::text, true, payment.unapplied_cents::bigint);
    END IF;
    UPDATE payments_payment SET overtook = id WHERE account_number = p_account AND id = p_payment AND status = 'declined';
    PERFORM payments_step(p_account, p_payment, payment.status, p_status, p_actor, p_reason);
    IF p_status = 'accepted' THEN
        v_left := payments_settle_bills(p_account, p_payment, payment.amount_cents, payment.bills, p_line_order, v_since,
                                        payments_clearing(payment.method), 'payment', p_effective_on, p_actor, v_until);
    END IF;
    UPDATE payments_payment SET
        unapplied_cents = v_left,
        effective_on = CASE WHEN p_status = 'accepted' THEN p_effective_on ELSE effective_on END,
        gateway_reference = CASE WHEN p_gateway_reference <> '' THEN p_gateway_reference ELSE gateway_reference END,
        tender = CASE WHEN p_tender <> '' THEN p_tender ELSE tender END
    WHERE account_number = p_account AND id = p_payment;
    IF v_closed THEN
        PERFORM payments_follow_merge(p_account, p_line_order, p_effective_on, p_actor);
    END IF;
    RETURN (p_payment, p_status, false, v_left);
END $$;

-- Keep what the gateway calls an intent whose answer is still to come. Refuses: unknown_payment.
CREATE FUNCTION payments_note_gateway(p_account text, p_payment bigint, p_gateway_reference text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE payments_payment SET gateway_reference = p_gateway_reference
    WHERE account_number = p_account AND id = p_payment AND status IN ('authorising', 'unknown');
END $$;

-- What the sandbox gateway remembers, as a real one would on its own servers. Nothing else reads it.
CREATE TABLE payments_sandbox_charge (
    key text COLLATE "C" PRIMARY KEY,
    amount_cents bigint NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('approved', 'declined', 'canceled')),
    reason text NOT NULL DEFAULT '',
    reference text NOT NULL,
    refunded_cents bigint NOT NULL DEFAULT 0,
    answers_at timestamptz NOT NULL DEFAULT now(),
    notify_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (refunded_cents BETWEEN 0 AND amount_cents)
);
