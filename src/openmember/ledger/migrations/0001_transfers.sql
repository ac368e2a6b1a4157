-- Double-entry transfers, one row each, and each account's balances.
-- The chart's codes are listed in a domain rather than referred to: a foreign key would have every
-- payment lock the same few rows. What one column can say alone is a domain: its check is prepared once a
-- session, a table's check once a statement, and payments are many small statements.

CREATE DOMAIN ledger_chart_code AS smallint CHECK (VALUE IN (/*codes*/));
CREATE DOMAIN ledger_amount AS bigint CHECK (VALUE > 0);
CREATE DOMAIN ledger_sum AS bigint CHECK (VALUE >= 0);
CREATE DOMAIN ledger_word AS text CHECK (VALUE <> '');

CREATE TABLE ledger_code (
    code smallint PRIMARY KEY,
    title text NOT NULL
);

CREATE SEQUENCE ledger_transfer_id CACHE 50;

CREATE TABLE ledger_transfer (
    account_number varchar(12) COLLATE "C" NOT NULL,
    effective_on date NOT NULL,
    id bigint NOT NULL DEFAULT nextval('ledger_transfer_id'),
    debit ledger_chart_code NOT NULL,
    credit ledger_chart_code NOT NULL,
    amount_cents ledger_amount NOT NULL,
    kind ledger_word NOT NULL,
    reference ledger_word NOT NULL,
    reverses bigint,
    -- Not now(): under the account's lock this is the order things happened in, which ids are not.
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seal bigint NOT NULL,
    PRIMARY KEY (account_number, effective_on, id),
    CHECK (debit <> credit)
) PARTITION BY RANGE (effective_on);
CREATE TABLE ledger_transfer_other PARTITION OF ledger_transfer DEFAULT;

CREATE TRIGGER ledger_transfer_guard BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- A transfer is reversed once. This key, unlike one on the partitioned table, needs no date.
CREATE TABLE ledger_reversal (
    account_number varchar(12) COLLATE "C" NOT NULL,
    transfer_id bigint NOT NULL,
    reversed_by bigint NOT NULL,
    PRIMARY KEY (account_number, transfer_id)
);
CREATE TRIGGER ledger_reversal_guard BEFORE UPDATE OR DELETE ON ledger_reversal
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- `unsettled_since` is the month of the oldest receivable that may still be open, `billed_until` that of the
-- newest bill: no other month needs a look.
-- `closed` accounts were joined to another: they keep their history and take nothing new.
-- `seal` is the exclusive or of the account's transfer seals: a transfer added, changed or removed shows.
CREATE TABLE ledger_balance (
    account_number varchar(12) COLLATE "C" PRIMARY KEY,
    premium_cents ledger_sum NOT NULL DEFAULT 0,
    medical_cents ledger_sum NOT NULL DEFAULT 0,
    pharmacy_cents ledger_sum NOT NULL DEFAULT 0,
    credit_cents ledger_sum NOT NULL DEFAULT 0,
    refunds_cents ledger_sum NOT NULL DEFAULT 0,
    unsettled_since date NOT NULL DEFAULT 'infinity',
    billed_until date NOT NULL DEFAULT '-infinity',
    closed boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 0,
    seal bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Eight bytes of SHA-256 over everything a transfer says. STABLE, as convert_to is: else it is not inlined.
CREATE FUNCTION ledger_seal(
    p_account text, p_effective_on date, p_id bigint, p_debit smallint, p_credit smallint,
    p_amount bigint, p_kind text, p_reference text, p_reverses bigint
) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ('x' || encode(substr(sha256(convert_to(
        p_account || '|' || (p_effective_on - date '2000-01-01')::text || '|' || p_id::text || '|' || p_debit::text
        || '|' || p_credit::text || '|' || p_amount::text || '|' || coalesce(p_reverses::text, '-')
        || '|' || length(p_kind)::text || '|' || p_kind || p_reference, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
$$;

-- Write one transfer and the balance it causes; return its id.
-- Locks the balance row. Refuses: unknown_account. A balance below zero breaks the table's domains.
CREATE FUNCTION ledger_post(
    p_account text, p_debit smallint, p_credit smallint, p_amount bigint, p_kind text,
    p_effective_on date, p_reference text, p_reverses bigint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint := nextval('ledger_transfer_id');
    v_seal bigint := ledger_seal(p_account, p_effective_on, v_id, p_debit, p_credit, p_amount, p_kind, p_reference, p_reverses);
BEGIN
    UPDATE ledger_balance SET
        premium_cents = premium_cents + p_amount * ((p_debit = 1210)::int - (p_credit = 1210)::int),
        medical_cents = medical_cents + p_amount * ((p_debit = 1220)::int - (p_credit = 1220)::int),
        pharmacy_cents = pharmacy_cents + p_amount * ((p_debit = 1230)::int - (p_credit = 1230)::int),
        credit_cents = credit_cents + p_amount * ((p_credit = 2010)::int - (p_debit = 2010)::int),
        refunds_cents = refunds_cents + p_amount * ((p_credit = 2030)::int - (p_debit = 2030)::int),
        version = version + 1,
        seal = seal # v_seal
    WHERE account_number = p_account;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, reverses, seal)
    VALUES (p_account, p_effective_on, v_id, p_debit, p_credit, p_amount, p_kind, p_reference, p_reverses, v_seal);
    RETURN v_id;
END $$;

-- Write what one amount of money did at once: a transfer from p_from to each receivable it settles and one
-- to unapplied credit, and the balance they cause. Parts of nothing write nothing. Where nothing is left
-- receivable, there is no open month to look through either.
-- Locks the balance row. Refuses: unknown_account. More than is receivable breaks the table's domains.
-- Works with its caller's rights: only the functions of the tables' owner can use it.
CREATE FUNCTION ledger_settle(
    p_account text, p_from smallint, p_premium bigint, p_medical bigint, p_pharmacy bigint, p_credit bigint, p_kind text,
    p_effective_on date, p_reference text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_codes smallint[] := '{1210,1220,1230,2010}';
    v_parts bigint[] := ARRAY[p_premium, p_medical, p_pharmacy, p_credit];
    v_id bigint;
    v_seal bigint;
    v_seals bigint := 0;
    v_count integer := 0;
BEGIN
    FOR part IN 1..4 LOOP
        CONTINUE WHEN v_parts[part] = 0;
        v_id := nextval('ledger_transfer_id');
        v_seal := ledger_seal(p_account, p_effective_on, v_id, p_from, v_codes[part], v_parts[part], p_kind, p_reference, NULL);
        INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        VALUES (p_account, p_effective_on, v_id, p_from, v_codes[part], v_parts[part], p_kind, p_reference, v_seal);
        v_seals := v_seals # v_seal;
        v_count := v_count + 1;
    END LOOP;
    UPDATE ledger_balance SET
        premium_cents = premium_cents - p_premium,
        medical_cents = medical_cents - p_medical,
        pharmacy_cents = pharmacy_cents - p_pharmacy,
        credit_cents = credit_cents + p_credit - CASE p_from WHEN 2010 THEN p_premium + p_medical + p_pharmacy ELSE 0 END,
        unsettled_since = CASE WHEN premium_cents + medical_cents + pharmacy_cents = p_premium + p_medical + p_pharmacy
                               THEN 'infinity' ELSE unsettled_since END,
        version = version + v_count,
        seal = seal # v_seals
    WHERE account_number = p_account;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
END $$;

-- Undo one transfer with its mirror image. Refuses: unknown_transfer, already_reversed.
CREATE FUNCTION ledger_reverse(p_account text, p_transfer bigint, p_kind text, p_effective_on date, p_reference text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    original ledger_transfer;
    v_id bigint;
BEGIN
    -- The lock comes first, so that two reversals of one transfer meet here and not at the key.
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO original FROM ledger_transfer WHERE account_number = p_account AND id = p_transfer;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_transfer');
    END IF;
    PERFORM 1 FROM ledger_reversal WHERE account_number = p_account AND transfer_id = p_transfer;
    IF FOUND THEN
        PERFORM kernel_refuse('already_reversed');
    END IF;
    v_id := ledger_post(p_account, original.credit, original.debit, original.amount_cents, p_kind,
                        p_effective_on, p_reference, original.id);
    INSERT INTO ledger_reversal VALUES (p_account, p_transfer, v_id);
    RETURN v_id;
END $$;
