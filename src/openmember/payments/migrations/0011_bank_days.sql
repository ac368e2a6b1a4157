-- What the bank and the gateways say: statement days, their lines, payouts and what each is made of.
-- Nothing is deleted: a day stated anew adds lines and marks those it leaves out as withdrawn.

-- A day of one of our accounts at a bank. The newest revision is what the bank says now.
CREATE TABLE payments_bank_day (
    bank text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL CHECK (account <> ''),
    day date NOT NULL,
    revision smallint NOT NULL,
    currency char(3) NOT NULL,
    opening_cents bigint,
    closing_cents bigint,
    credit_cents ledger_sum NOT NULL,
    debit_cents ledger_sum NOT NULL,
    format text NOT NULL,
    sha256 text NOT NULL,
    actor text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bank, account, day, revision),
    CHECK (opening_cents + credit_cents - debit_cents = closing_cents)
);

-- Credits are above zero, debits below.
CREATE TABLE payments_bank_line (
    bank text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    day date NOT NULL,
    position integer NOT NULL,
    type_code text NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    bank_reference text NOT NULL,
    customer_reference text NOT NULL,
    text text NOT NULL,
    added_in smallint NOT NULL,
    withdrawn_in smallint CHECK (withdrawn_in > added_in),
    PRIMARY KEY (bank, account, day, position)
);

-- Lines keep what they say; only being withdrawn may be noted, once.
CREATE TRIGGER payments_bank_line_guard
    BEFORE DELETE OR UPDATE OF bank, account, day, position, type_code, amount_cents, bank_reference, customer_reference, text, added_in
    ON payments_bank_line FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_bank_day_guard BEFORE UPDATE OR DELETE ON payments_bank_day
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Take one statement day. p_lines: [{"type", "amount", "bank", "customer", "text"}, ...] in the bank's order.
-- Returns 'new', 'same' or 'restated'. Two like lines of a day are two lines: they are told apart by counting.
CREATE FUNCTION payments_take_bank_day(
    p_bank text, p_account text, p_day date, p_currency text, p_opening bigint, p_closing bigint,
    p_lines jsonb, p_format text, p_sha256 text, p_actor text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_bank_day;
    v_revision smallint;
    v_last integer;
    v_added bigint;
    v_withdrawn bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'payments_bank_day', p_bank, p_account, p_day), 0));
    SELECT * INTO known FROM payments_bank_day WHERE bank = p_bank AND account = p_account AND day = p_day ORDER BY revision DESC LIMIT 1;
    v_revision := coalesce(known.revision, 0) + 1;
    v_last := (SELECT coalesce(max(position), 0) FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day);
    CREATE TEMP TABLE stated ON COMMIT DROP AS
        SELECT place, item ->> 'type' AS type_code, (item ->> 'amount')::bigint AS amount_cents, item ->> 'bank' AS bank_reference,
               item ->> 'customer' AS customer_reference, item ->> 'text' AS text,
               row_number() OVER (PARTITION BY item ->> 'type', item ->> 'amount', item ->> 'bank', item ->> 'customer', item ->> 'text' ORDER BY place) AS nth
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS lines (item, place);
    CREATE TEMP TABLE standing ON COMMIT DROP AS
        SELECT position, type_code, amount_cents, bank_reference, customer_reference, text,
               row_number() OVER (PARTITION BY type_code, amount_cents, bank_reference, customer_reference, text ORDER BY position) AS nth
        FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day AND withdrawn_in IS NULL;
    UPDATE payments_bank_line l SET withdrawn_in = v_revision
        FROM standing k LEFT JOIN stated s USING (type_code, amount_cents, bank_reference, customer_reference, text, nth)
        WHERE s.place IS NULL AND l.bank = p_bank AND l.account = p_account AND l.day = p_day AND l.position = k.position;
    GET DIAGNOSTICS v_withdrawn = ROW_COUNT;
    INSERT INTO payments_bank_line
        SELECT p_bank, p_account, p_day, v_last + row_number() OVER (ORDER BY s.place), s.type_code, s.amount_cents, s.bank_reference, s.customer_reference, s.text, v_revision
        FROM stated s LEFT JOIN standing k USING (type_code, amount_cents, bank_reference, customer_reference, text, nth) WHERE k.position IS NULL;
    GET DIAGNOSTICS v_added = ROW_COUNT;
    DROP TABLE stated, standing;
    IF known.revision IS NOT NULL AND v_added = 0 AND v_withdrawn = 0
       AND (known.currency, known.opening_cents, known.closing_cents) IS NOT DISTINCT FROM (p_currency::char(3), p_opening, p_closing) THEN
        RETURN 'same';
    END IF;
    INSERT INTO payments_bank_day (bank, account, day, revision, currency, opening_cents, closing_cents, credit_cents, debit_cents, format, sha256, actor)
        SELECT p_bank, p_account, p_day, v_revision, p_currency, p_opening, p_closing,
               coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0), coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0), p_format, p_sha256, p_actor
        FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day AND withdrawn_in IS NULL;
    RETURN CASE WHEN known.revision IS NULL THEN 'new' ELSE 'restated' END;
END $$;

-- A sum a gateway pays out to our bank, or takes from it, and when it should arrive.
CREATE TABLE payments_payout (
    gateway text NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    arrives_on date NOT NULL,
    amount_cents bigint NOT NULL,
    fee_cents bigint NOT NULL,
    source text NOT NULL,
    actor text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (gateway, id)
);
CREATE TRIGGER payments_payout_guard BEFORE UPDATE OR DELETE ON payments_payout
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What a payout is made of, before fees. `payment_id` and `refund_id` are ours, where the gateway named them.
CREATE TABLE payments_payout_line (
    gateway text NOT NULL,
    payout_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    day date NOT NULL,
    kind text NOT NULL,
    amount_cents bigint NOT NULL,
    fee_cents bigint NOT NULL,
    reference text NOT NULL,
    payment_id bigint,
    refund_id bigint,
    PRIMARY KEY (gateway, id),
    FOREIGN KEY (gateway, payout_id) REFERENCES payments_payout
);
CREATE TRIGGER payments_payout_line_guard BEFORE UPDATE OR DELETE ON payments_payout_line
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Take one payout with its lines, which must make it. Returns 'new' or 'same'.
-- p_lines: [{"id", "day", "kind", "amount", "fee", "reference", "payment", "refund"}, ...]
-- Refuses: unbalanced, payout_changed when the same payout or line was reported otherwise before.
CREATE FUNCTION payments_take_payout(
    p_gateway text, p_payout text, p_arrives_on date, p_amount bigint, p_lines jsonb, p_source text, p_actor text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_payout;
    v_net bigint;
    v_fee bigint;
    v_same bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payments_payout|' || p_gateway, 0));
    SELECT coalesce(sum((item ->> 'amount')::bigint - (item ->> 'fee')::bigint), 0), coalesce(sum((item ->> 'fee')::bigint), 0) INTO v_net, v_fee
        FROM jsonb_array_elements(p_lines) item;
    IF v_net <> p_amount THEN
        PERFORM kernel_refuse('unbalanced', format('payout %s is %s cents, its lines make %s', p_payout, p_amount, v_net));
    END IF;
    SELECT count(*) INTO v_same FROM jsonb_array_elements(p_lines) item JOIN payments_payout_line l ON l.gateway = p_gateway AND l.id = item ->> 'id'
        WHERE (l.payout_id, l.amount_cents, l.fee_cents) = (p_payout, (item ->> 'amount')::bigint, (item ->> 'fee')::bigint);
    SELECT * INTO known FROM payments_payout WHERE gateway = p_gateway AND id = p_payout;
    IF known.id IS NOT NULL AND (known.amount_cents, known.fee_cents, v_same) = (p_amount, v_fee, jsonb_array_length(p_lines)::bigint)
       AND v_same = (SELECT count(*) FROM payments_payout_line WHERE gateway = p_gateway AND payout_id = p_payout) THEN
        RETURN 'same';
    ELSIF known.id IS NOT NULL OR EXISTS (SELECT 1 FROM jsonb_array_elements(p_lines) item JOIN payments_payout_line l ON l.gateway = p_gateway AND l.id = item ->> 'id') THEN
        PERFORM kernel_refuse('payout_changed', format('payout %s, or a line of it, was reported before with other contents', p_payout));
    END IF;
    INSERT INTO payments_payout (gateway, id, arrives_on, amount_cents, fee_cents, source, actor)
        VALUES (p_gateway, p_payout, p_arrives_on, p_amount, v_fee, p_source, p_actor);
    INSERT INTO payments_payout_line (gateway, payout_id, id, day, kind, amount_cents, fee_cents, reference, payment_id, refund_id)
        SELECT p_gateway, p_payout, item ->> 'id', (item ->> 'day')::date, item ->> 'kind', (item ->> 'amount')::bigint, (item ->> 'fee')::bigint,
               item ->> 'reference', (item ->> 'payment')::bigint, (item ->> 'refund')::bigint
        FROM jsonb_array_elements(p_lines) item;
    RETURN 'new';
END $$;
