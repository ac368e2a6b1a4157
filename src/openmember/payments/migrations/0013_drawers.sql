-- The counter: drawers from their float to the count, what was taken into them, and what went to the bank.
-- A drawer belongs to a facility. Its float is the facility's own change fund: it comes from the safe and goes
-- back there, so the books hold only what is above it.

CREATE TABLE payments_deposit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility ledger_word COLLATE "C" NOT NULL,
    made_on date NOT NULL,
    -- Cash alone may be below nothing, when what was voided after the count was paid out of the checks' bag.
    cash_cents bigint NOT NULL,
    checks_cents bigint NOT NULL,
    made_by ledger_word NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (cash_cents + checks_cents > 0)
);

-- What the bank's file names: the deposit's number on eight digits and two check digits, 1 modulo 97 as a whole.
CREATE FUNCTION payments_deposit_slip(p_deposit bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lpad(p_deposit::text, 8, '0') || lpad((98 - p_deposit * 100 % 97)::text, 2, '0')
$$;

-- One use of a drawer by one cashier. What was expected is kept with what was counted: blind, and once.
CREATE TABLE payments_drawer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility ledger_word COLLATE "C" NOT NULL,
    drawer ledger_word COLLATE "C" NOT NULL,
    cashier ledger_word NOT NULL,
    float_cents ledger_sum NOT NULL,
    opened_on date NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    counted_on date,
    counted_at timestamptz,
    pieces jsonb,
    expected_cash_cents bigint,
    counted_cash_cents ledger_sum,
    expected_checks_cents bigint,
    counted_checks_cents ledger_sum,
    deposit_id bigint REFERENCES payments_deposit,
    CHECK (num_nonnulls(counted_on, counted_at, pieces, expected_cash_cents, counted_cash_cents,
                        expected_checks_cents, counted_checks_cents) IN (0, 7)),
    CHECK (deposit_id IS NULL OR counted_at IS NOT NULL)
);
CREATE UNIQUE INDEX payments_drawer_open ON payments_drawer (facility, drawer) WHERE counted_at IS NULL;
CREATE UNIQUE INDEX payments_drawer_of_cashier ON payments_drawer (cashier) WHERE counted_at IS NULL;
CREATE INDEX payments_drawer_undeposited ON payments_drawer (facility) WHERE counted_at IS NOT NULL AND deposit_id IS NULL;
CREATE INDEX payments_drawer_of_deposit ON payments_drawer (deposit_id) WHERE deposit_id IS NOT NULL;
CREATE TRIGGER payments_drawer_guard
    BEFORE DELETE OR UPDATE OF id, facility, drawer, cashier, float_cents, opened_on, opened_at
    ON payments_drawer FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_drawer_counted
    BEFORE UPDATE OF counted_on, counted_at, pieces, expected_cash_cents, counted_cash_cents, expected_checks_cents, counted_checks_cents
    ON payments_drawer FOR EACH ROW WHEN (OLD.counted_at IS NOT NULL) EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_drawer_deposited BEFORE UPDATE OF deposit_id
    ON payments_drawer FOR EACH ROW WHEN (OLD.deposit_id IS NOT NULL) EXECUTE FUNCTION kernel_guard_history();

-- What was taken at a drawer. `visit` holds the parts of one split payment together.
CREATE TABLE payments_drawer_payment (
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    drawer_id bigint NOT NULL REFERENCES payments_drawer,
    visit ledger_word NOT NULL,
    method payments_method NOT NULL CHECK (method IN ('cash', 'check', 'card')),
    amount_cents ledger_amount NOT NULL,
    tendered_cents ledger_amount NOT NULL,
    change_cents ledger_sum NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_number, payment_id),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    CHECK (tendered_cents - change_cents = amount_cents),
    CHECK (method = 'cash' OR change_cents = 0)
);
CREATE INDEX payments_drawer_payment_of ON payments_drawer_payment (drawer_id);

-- A payment taken back before its money went to the bank: asked for by one person, agreed to by another.
CREATE TABLE payments_drawer_void (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'agreed', 'rejected')),
    reason ledger_word NOT NULL,
    asked_by ledger_word NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    decided_by text NOT NULL DEFAULT '' CHECK (decided_by <> asked_by),
    decided_at timestamptz,
    -- Whether the money came out of the drawer, and not out of the bag after the count.
    before_count boolean,
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_drawer_payment,
    CHECK ((state = 'waiting') = (decided_by = '' AND decided_at IS NULL)),
    CHECK ((state = 'agreed') = (before_count IS NOT NULL))
);
CREATE UNIQUE INDEX payments_drawer_void_once ON payments_drawer_void (account_number, payment_id) WHERE state <> 'rejected';
CREATE INDEX payments_drawer_void_waiting ON payments_drawer_void (id) WHERE state = 'waiting';
CREATE TRIGGER payments_drawer_void_guard BEFORE DELETE OR UPDATE OF id, account_number, payment_id, reason, asked_by, asked_at
    ON payments_drawer_void FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Numbered receipts on paper, handed out before they are needed. No number is in two ranges.
CREATE TABLE payments_paper_range (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility ledger_word COLLATE "C" NOT NULL,
    first bigint NOT NULL CHECK (first > 0),
    last bigint NOT NULL,
    issued_on date NOT NULL,
    issued_by ledger_word NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (last BETWEEN first AND first + 9999),
    UNIQUE (id, facility),
    EXCLUDE USING gist (int8range(first, last, '[]') WITH &&)
);

-- Each number once: as the receipt of a payment, or as one that was spoiled.
CREATE TABLE payments_paper_receipt (
    number bigint PRIMARY KEY,
    range_id bigint NOT NULL REFERENCES payments_paper_range,
    account_number varchar(12) COLLATE "C",
    payment_id bigint,
    spoiled text NOT NULL DEFAULT '',
    keyed_by ledger_word NOT NULL,
    keyed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (account_number, payment_id),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_drawer_payment,
    CHECK (num_nonnulls(account_number, payment_id) = CASE WHEN spoiled = '' THEN 2 ELSE 0 END)
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_deposit', 'payments_drawer_payment', 'payments_paper_range', 'payments_paper_receipt'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION kernel_guard_history()', history || '_guard', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['payments_deposit', 'payments_drawer', 'payments_drawer_payment', 'payments_drawer_void',
        'payments_paper_range', 'payments_paper_receipt'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;
