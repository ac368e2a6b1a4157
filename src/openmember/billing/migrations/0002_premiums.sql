-- Premiums: what each month of coverage was billed, what was corrected later, and the runs that did it.

CREATE DOMAIN billing_coverage AS text CHECK (VALUE IN ('exchange', 'direct', 'employer', 'cobra', 'medicare'));
CREATE DOMAIN billing_first_day AS date CHECK (extract(day FROM VALUE) = 1);

-- What one account was billed for one month of coverage. `share_cents` is what the member is asked for;
-- `gross_cents` is the premium before tax credits and subsidies. No bill where nothing was asked for: the
-- credit covers it all, the premium is withheld from Social Security, or corrections took it up.
-- What came to light later is in billing_premium_adjustment, and never here.
CREATE TABLE billing_premium (
    account_number varchar(12) COLLATE "C" NOT NULL,
    covers billing_first_day NOT NULL,
    bill_month date,
    bill_id bigint,
    coverage_type billing_coverage NOT NULL,
    state text NOT NULL,
    gross_cents ledger_sum NOT NULL,
    aptc_cents ledger_sum NOT NULL,
    share_cents ledger_sum NOT NULL,
    withheld boolean NOT NULL DEFAULT false,
    run_id bigint NOT NULL,
    PRIMARY KEY (account_number, covers),
    CHECK ((bill_month IS NULL) = (bill_id IS NULL))
) PARTITION BY RANGE (covers);
CREATE TABLE billing_premium_other PARTITION OF billing_premium DEFAULT;
CREATE TRIGGER billing_premium_guard BEFORE UPDATE OR DELETE ON billing_premium
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- By how much the month `covers` differs from what was billed for it, as the run of `billed_with` found:
-- a line on the bill of that month, or part of the credit where the lines came to less than nothing.
CREATE TABLE billing_premium_adjustment (
    account_number varchar(12) COLLATE "C" NOT NULL,
    covers billing_first_day NOT NULL,
    billed_with billing_first_day NOT NULL,
    bill_month date,
    bill_id bigint,
    coverage_type billing_coverage NOT NULL,
    gross_cents bigint NOT NULL,
    aptc_cents bigint NOT NULL,
    share_cents bigint NOT NULL,
    run_id bigint NOT NULL,
    PRIMARY KEY (account_number, covers, billed_with),
    CHECK (covers < billed_with),
    CHECK (gross_cents <> 0 OR aptc_cents <> 0 OR share_cents <> 0),
    CHECK ((bill_month IS NULL) = (bill_id IS NULL))
);
CREATE TRIGGER billing_premium_adjustment_guard BEFORE UPDATE OR DELETE ON billing_premium_adjustment
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Where the lines of a month came to less than nothing: what is owed back, and the bills of the months that
-- were billed too high. It leaves revenue for code 1900, where the payments room takes it up as credit.
CREATE TABLE billing_premium_credit (
    account_number varchar(12) COLLATE "C" NOT NULL,
    covers billing_first_day NOT NULL,
    amount_cents ledger_amount NOT NULL,
    bills bigint[] NOT NULL,
    issued_on date NOT NULL,
    run_id bigint NOT NULL,
    PRIMARY KEY (account_number, covers)
);
CREATE TRIGGER billing_premium_credit_guard BEFORE UPDATE OR DELETE ON billing_premium_credit
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- A run, or a preview of one. `rules` and `dates` are what it works by, kept so that a run that is taken up
-- again another day goes on as it began.
CREATE TABLE billing_premium_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    month billing_first_day NOT NULL,
    state text NOT NULL DEFAULT 'pricing'
        CHECK (state IN ('pricing', 'previewed', 'stopped', 'abandoned', 'writing', 'done')),
    is_preview boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    actor text NOT NULL CHECK (actor <> ''),
    rules jsonb NOT NULL,
    dates jsonb NOT NULL,
    look_back date NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    priced_at timestamptz,
    ended_at timestamptz,
    CHECK (is_preview OR state <> 'previewed'),
    CHECK (NOT is_preview OR state IN ('pricing', 'previewed', 'abandoned')),
    CHECK ((ended_at IS NOT NULL) = (state IN ('previewed', 'stopped', 'abandoned', 'done')))
);
-- One at a time, and a run that was broken off is finished before another begins.
CREATE UNIQUE INDEX billing_premium_run_open ON billing_premium_run ((true))
    WHERE state IN ('pricing', 'writing') AND NOT is_preview;
CREATE INDEX billing_premium_run_by_month ON billing_premium_run (month, id);

-- The accounts of a run in ranges: from `first_number` up to, not including, `next_number`.
CREATE TABLE billing_premium_range (
    run_id bigint NOT NULL REFERENCES billing_premium_run,
    position integer NOT NULL,
    first_number text COLLATE "C" NOT NULL,
    next_number text COLLATE "C" NOT NULL,
    priced_at timestamptz,
    items bigint NOT NULL DEFAULT 0,
    written_at timestamptz,
    bills bigint NOT NULL DEFAULT 0,
    billed_cents bigint NOT NULL DEFAULT 0,
    credits bigint NOT NULL DEFAULT 0,
    credited_cents bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, position)
);

-- What a range comes to by kind of coverage and plan.
CREATE TABLE billing_premium_total (
    run_id bigint NOT NULL,
    position integer NOT NULL,
    coverage_type billing_coverage NOT NULL,
    plan text NOT NULL,
    coverages bigint NOT NULL,
    gross_cents bigint NOT NULL,
    aptc_cents bigint NOT NULL,
    share_cents bigint NOT NULL,
    adjusted_cents bigint NOT NULL,
    PRIMARY KEY (run_id, position, coverage_type, plan),
    FOREIGN KEY (run_id, position) REFERENCES billing_premium_range
);

-- Coverage nobody can bill, because no rate says what it costs; its accounts wait for a further run.
CREATE TABLE billing_premium_unpriced (
    run_id bigint NOT NULL,
    position integer NOT NULL,
    coverage_type billing_coverage NOT NULL,
    plan text NOT NULL,
    level text NOT NULL,
    area text NOT NULL,
    spans bigint NOT NULL,
    PRIMARY KEY (run_id, position, coverage_type, plan, level, area),
    FOREIGN KEY (run_id, position) REFERENCES billing_premium_range
);

-- What was priced and waits to be written: a current month, or a correction of one before. Lost with the
-- server, as it may be: it is priced again.
CREATE UNLOGGED TABLE billing_premium_item (
    position integer NOT NULL,
    account_number varchar(12) COLLATE "C" NOT NULL,
    -- The place of its first line on the bill.
    line smallint NOT NULL,
    covers date NOT NULL,
    coverage_type text NOT NULL,
    plan text NOT NULL,
    state text NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    gross_cents bigint NOT NULL,
    aptc_cents bigint NOT NULL,
    other_cents bigint NOT NULL,
    penalty_cents bigint NOT NULL,
    share_cents bigint NOT NULL,
    withheld boolean NOT NULL,
    description text NOT NULL
);
CREATE INDEX billing_premium_item_by_range ON billing_premium_item (position);

-- Accounts whose past months may cost something else than was billed: spans, terms or rates changed.
CREATE TABLE billing_premium_touched (
    account_number varchar(12) COLLATE "C" PRIMARY KEY,
    since date NOT NULL,
    version bigint NOT NULL DEFAULT 1
);
-- The marks a range has looked into, in the version it saw.
CREATE UNLOGGED TABLE billing_premium_seen (
    position integer NOT NULL,
    account_number varchar(12) COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (position, account_number)
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['billing_premium', 'billing_premium_adjustment', 'billing_premium_credit'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()',
                       history || '_truncation', history);
    END LOOP;
END $$;

-- A foreign key is checked row by row, and takes most of a run's time. What is looked up here can be neither
-- removed nor renamed, so that one look at what a statement adds keeps the same promise.
CREATE FUNCTION billing_bill_has_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added LEFT JOIN accounts_account a ON a.number = added.account_number WHERE a.number IS NULL) THEN
        RAISE EXCEPTION 'a bill is of an account there is' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION billing_line_has_bill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added LEFT JOIN billing_bill b
               ON b.account_number = added.account_number AND b.month = added.bill_month AND b.id = added.bill_id WHERE b.id IS NULL) THEN
        RAISE EXCEPTION 'a line is of a bill there is' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_account_number_fkey;
ALTER TABLE billing_line DROP CONSTRAINT billing_line_account_number_bill_month_bill_id_fkey;
CREATE TRIGGER billing_bill_has_account AFTER INSERT ON billing_bill REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_bill_has_account();
CREATE TRIGGER billing_line_has_bill AFTER INSERT ON billing_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION billing_line_has_bill();
