-- Bank debits: bank accounts, what is to be drawn from them, and the files that ask the banks for it.

CREATE SEQUENCE payments_ach_bank_id;
CREATE DOMAIN payments_ach_routing AS text CHECK (
    VALUE ~ '^[0-9]{9}$' AND VALUE <> '000000000'
    AND (3 * (substr(VALUE, 1, 1)::int + substr(VALUE, 4, 1)::int + substr(VALUE, 7, 1)::int)
         + 7 * (substr(VALUE, 2, 1)::int + substr(VALUE, 5, 1)::int + substr(VALUE, 8, 1)::int)
         + substr(VALUE, 3, 1)::int + substr(VALUE, 6, 1)::int + substr(VALUE, 9, 1)::int) % 10 = 0);

-- A bank account somebody let us draw from. `usable_on` is when the wait after a prenotification is over.
CREATE TABLE payments_ach_bank (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'stopped', 'removed')),
    usable_on date NOT NULL,
    -- Tells that a number was given before, without telling the number.
    fingerprint bytea NOT NULL,
    stop_code text NOT NULL DEFAULT '',
    stopped_at timestamptz,
    actor text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, id),
    CHECK ((status = 'active') = (stopped_at IS NULL))
);
CREATE UNIQUE INDEX payments_ach_bank_once ON payments_ach_bank (account_number, fingerprint) WHERE status = 'active';

-- What is known of it: a correction is a further version. The number is sealed with a key the database never sees.
CREATE TABLE payments_ach_bank_detail (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bank_id bigint NOT NULL,
    version smallint NOT NULL,
    routing payments_ach_routing NOT NULL,
    sealed bytea NOT NULL,
    last_four text NOT NULL CHECK (length(last_four) BETWEEN 1 AND 4),
    kind text NOT NULL CHECK (kind IN ('checking', 'savings')),
    is_business boolean NOT NULL,
    holder text NOT NULL CHECK (length(holder) BETWEEN 1 AND 22),
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, bank_id, version),
    FOREIGN KEY (account_number, bank_id) REFERENCES payments_ach_bank
);
CREATE TRIGGER payments_ach_bank_detail_guard BEFORE UPDATE OR DELETE ON payments_ach_bank_detail
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

CREATE SEQUENCE payments_ach_file_id;
-- A file is gathered whole, then written whole; the sender's facts are kept, so that it is the same each time.
CREATE TABLE payments_ach_file (
    id bigint PRIMARY KEY DEFAULT nextval('payments_ach_file_id'),
    file_on date NOT NULL,
    modifier text NOT NULL CHECK (modifier ~ '^[A-Z0-9]$'),
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9.-]+$'),
    status text NOT NULL DEFAULT 'gathered' CHECK (status IN ('gathered', 'written', 'acknowledged', 'rejected')),
    sender jsonb NOT NULL,
    entries bigint NOT NULL CHECK (entries > 0),
    debit_cents bigint NOT NULL,
    credit_cents bigint NOT NULL,
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    actor text NOT NULL,
    gathered_at timestamptz NOT NULL DEFAULT now(),
    written_at timestamptz,
    answered_at timestamptz,
    UNIQUE (file_on, modifier),
    CHECK ((status = 'gathered') = (sha256 IS NULL))
);

-- The clocks of a batch run from its settlement: `final_on` is when ordinary returns are over, `claim_until`
-- when those for want of authorisation are, `retry_until` when an entry may no longer be presented again.
CREATE TABLE payments_ach_batch (
    file_id bigint NOT NULL REFERENCES payments_ach_file,
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('debit', 'credit', 'prenote')),
    sec text NOT NULL,
    description text NOT NULL,
    same_day boolean NOT NULL,
    effective_on date NOT NULL,
    final_on date NOT NULL,
    claim_until date NOT NULL,
    retry_until date NOT NULL,
    entries bigint NOT NULL,
    cents bigint NOT NULL,
    -- Between these ids are its entries, and some of other batches.
    first_entry bigint NOT NULL,
    last_entry bigint NOT NULL,
    settled_on date,
    PRIMARY KEY (file_id, number)
);
CREATE INDEX payments_ach_unsettled ON payments_ach_batch (effective_on) WHERE settled_on IS NULL;

CREATE SEQUENCE payments_ach_entry_id CACHE 50;
-- One request to a bank. Its trace number follows from its id; `root_id` is the first presentment of a retry.
CREATE TABLE payments_ach_entry (
    account_number varchar(12) COLLATE "C" NOT NULL,
    id bigint NOT NULL DEFAULT nextval('payments_ach_entry_id'),
    kind text NOT NULL CHECK (kind IN ('debit', 'credit', 'prenote')),
    payment_id bigint,
    refund_id bigint,
    bank_id bigint NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents BETWEEN 0 AND 9999999999),
    sec text NOT NULL CHECK (sec IN ('PPD', 'WEB', 'CCD')),
    description text NOT NULL CHECK (length(description) BETWEEN 1 AND 10),
    wanted_on date NOT NULL,
    same_day boolean NOT NULL DEFAULT false,
    is_recurring boolean NOT NULL DEFAULT false,
    -- Source: Nacha Operating Rules 2.12.4: presented again at most twice.
    attempt smallint NOT NULL DEFAULT 1 CHECK (attempt BETWEEN 1 AND 3),
    root_id bigint,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'canceled')),
    cancel_reason text NOT NULL DEFAULT '',
    file_id bigint,
    batch integer,
    version smallint,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, id),
    FOREIGN KEY (account_number, bank_id) REFERENCES payments_ach_bank,
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund,
    CHECK ((kind = 'prenote') = (payment_id IS NULL)),
    CHECK ((kind = 'credit') = (refund_id IS NOT NULL)),
    CHECK ((kind = 'prenote') = (amount_cents = 0)),
    CHECK ((state = 'sent') = (file_id IS NOT NULL)),
    CHECK (num_nulls(file_id, batch, version) IN (0, 3)),
    CHECK ((attempt = 1) = (root_id IS NULL))
-- Gathering a million changes columns no index knows: the row finds room on its own page.
) WITH (fillfactor = 55);
-- A payment is drawn once; a refund leaves once.
CREATE UNIQUE INDEX payments_ach_drawn ON payments_ach_entry (account_number, payment_id) WHERE kind = 'debit';
CREATE UNIQUE INDEX payments_ach_refunded ON payments_ach_entry (account_number, refund_id) WHERE kind = 'credit';
CREATE UNIQUE INDEX payments_ach_attempt ON payments_ach_entry (account_number, root_id, attempt) WHERE root_id IS NOT NULL;
-- What a bank answers names the trace number alone.
CREATE INDEX payments_ach_traced ON payments_ach_entry (id);
-- The entries that are queued, and nothing more: found without looking through all there ever were.
CREATE TABLE payments_ach_waiting (
    account_number varchar(12) COLLATE "C" NOT NULL,
    entry_id bigint NOT NULL,
    wanted_on date NOT NULL,
    PRIMARY KEY (account_number, entry_id),
    FOREIGN KEY (account_number, entry_id) REFERENCES payments_ach_entry
);
CREATE TRIGGER payments_ach_entry_guard
    BEFORE DELETE OR UPDATE OF account_number, id, kind, payment_id, refund_id, bank_id, amount_cents, sec, description, attempt, root_id, created_at
    ON payments_ach_entry FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE FUNCTION payments_ach_wait() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO payments_ach_waiting SELECT account_number, id, wanted_on FROM queued;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_ach_entry_waits AFTER INSERT ON payments_ach_entry
    REFERENCING NEW TABLE AS queued FOR EACH STATEMENT EXECUTE FUNCTION payments_ach_wait();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_ach_bank', 'payments_ach_bank_detail', 'payments_ach_file', 'payments_ach_batch', 'payments_ach_entry'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()',
                       history || '_truncation', history);
    END LOOP;
END $$;
