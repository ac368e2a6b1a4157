-- Statements: one an account a month over all its business. Its amounts are the ledger's, its words a layout's.

-- The month's run. `layouts` names for each language what its statements look like.
CREATE TABLE billing_statement_run (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    layouts jsonb NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    started_at timestamptz NOT NULL DEFAULT now(),
    made_at timestamptz
);

-- The accounts of a run in ranges: from `first_number` up to, not including, `next_number`.
CREATE TABLE billing_statement_range (
    month date NOT NULL REFERENCES billing_statement_run,
    position integer NOT NULL,
    first_number text COLLATE "C" NOT NULL,
    next_number text COLLATE "C" NOT NULL,
    made_at timestamptz,
    statements bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (month, position)
);

CREATE SEQUENCE billing_statement_id CACHE 50;

-- What an account owes less what it holds as credit, from one month's end to the next. `data` holds the lines
-- and the address as they were. `counted_until` and `version` say which transfers were known: those recorded
-- later are the next statement's, whatever day they count from.
CREATE TABLE billing_statement (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    month date NOT NULL,
    id bigint NOT NULL DEFAULT nextval('billing_statement_id'),
    holder_id bigint NOT NULL,
    opening_cents bigint NOT NULL,
    charges_cents bigint NOT NULL,
    receipts_cents bigint NOT NULL,
    adjustments_cents bigint NOT NULL,
    closing_cents bigint NOT NULL,
    premium_cents ledger_sum NOT NULL,
    medical_cents ledger_sum NOT NULL,
    pharmacy_cents ledger_sum NOT NULL,
    credit_cents ledger_sum NOT NULL,
    due_cents ledger_sum NOT NULL,
    due_on date,
    language text NOT NULL CHECK (language IN ('en', 'es', 'zh-hant')),
    reading_format text NOT NULL,
    electronic boolean NOT NULL,
    postal_code text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    layout_id text NOT NULL REFERENCES letters_layout,
    counted_until timestamptz NOT NULL,
    version bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, month),
    CHECK (extract(day FROM month) = 1),
    CHECK (opening_cents + charges_cents + receipts_cents + adjustments_cents = closing_cents),
    CHECK (closing_cents = premium_cents + medical_cents + pharmacy_cents - credit_cents),
    CHECK (due_cents <= greatest(closing_cents, 0)),
    CHECK ((due_cents > 0) <= (due_on IS NOT NULL))
) PARTITION BY RANGE (month);
CREATE TABLE billing_statement_other PARTITION OF billing_statement DEFAULT;

-- What goes to the printer, in the order it is printed: one stock after another, each by postal code.
CREATE TABLE billing_statement_print (
    month date NOT NULL,
    sequence bigint NOT NULL,
    batch integer NOT NULL,
    account_number varchar(12) COLLATE "C" NOT NULL,
    PRIMARY KEY (month, sequence),
    UNIQUE (month, account_number),
    FOREIGN KEY (account_number, month) REFERENCES billing_statement
);
CREATE INDEX billing_statement_print_by_batch ON billing_statement_print (month, batch, sequence);

-- Whom an e-mail told that a statement is waiting.
CREATE TABLE billing_statement_notice (
    account_number varchar(12) COLLATE "C" NOT NULL,
    month date NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, month),
    FOREIGN KEY (account_number, month) REFERENCES billing_statement
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['billing_statement', 'billing_statement_print', 'billing_statement_notice'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION kernel_guard_history()',
                       history || '_guard', history);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()',
                       history || '_stays', history);
    END LOOP;
END $$;

-- What one transfer does to what an account owes less its credit: nothing when it only moves between the two.
CREATE FUNCTION billing_statement_effect(p_debit smallint, p_credit smallint, p_amount bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_amount * ((p_debit IN (1210, 1220, 1230, 2010))::int - (p_credit IN (1210, 1220, 1230, 2010))::int)
$$;

-- Which part of a statement a transfer is in, by the code it stands against (p_contra) and its effect.
CREATE FUNCTION billing_statement_part(p_contra smallint, p_effect bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_effect > 0 AND (p_contra BETWEEN 4000 AND 4999 OR p_contra = 5030) THEN 'charge'
                WHEN p_contra BETWEEN 1010 AND 1050 OR p_contra IN (2020, 2030) THEN 'payment'
                ELSE 'adjustment' END
$$;

-- What a member reads of it; the layouts hold the words. `title` stands for the bill's own.
CREATE FUNCTION billing_statement_what(p_contra smallint, p_effect bigint, p_kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_contra = 2030 THEN CASE WHEN p_effect > 0 THEN 'refund' ELSE 'refund_back' END
        WHEN p_contra BETWEEN 1010 AND 1050 OR p_contra = 2020 THEN
            CASE WHEN p_effect < 0 THEN CASE p_contra WHEN 1020 THEN 'paid_card' WHEN 1030 THEN 'paid_bank' WHEN 1040 THEN 'paid_cash'
                                                      WHEN 1050 THEN 'paid_check' ELSE 'paid' END
                 WHEN p_kind IN ('returned', 'charged_back', 'refunded') THEN p_kind ELSE 'taken_back' END
        WHEN p_contra = 5010 THEN 'assistance'
        WHEN p_contra = 5020 THEN 'write_off'
        WHEN p_contra = 5030 THEN CASE WHEN p_effect > 0 THEN 'fee' ELSE 'fee_back' END
        WHEN p_contra = 1900 THEN 'moved'
        WHEN p_contra = 2060 THEN 'unclaimed'
        WHEN p_effect > 0 AND p_contra BETWEEN 4000 AND 4999 THEN 'title'
        ELSE 'correction' END
$$;

-- Begin a month's run, or take it up again. Refuses: month_not_over, out_of_order.
CREATE FUNCTION billing_statements_begin(p_month date, p_today date, p_layouts jsonb, p_size integer, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_today < p_month + interval '1 month' THEN
        PERFORM kernel_refuse('month_not_over', 'a statement is made when its month is over');
    END IF;
    LOCK TABLE billing_statement_run IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM billing_statement_run WHERE month = p_month) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT 1 FROM billing_statement_run WHERE month > p_month OR made_at IS NULL)
       OR (EXISTS (SELECT 1 FROM billing_statement_run)
           AND NOT EXISTS (SELECT 1 FROM billing_statement_run WHERE month = p_month - interval '1 month')) THEN
        PERFORM kernel_refuse('out_of_order', 'statements are made month after month, each when the one before is whole');
    END IF;
    PERFORM kernel_open_months('billing_statement', p_month, p_month);
    INSERT INTO billing_statement_run (month, layouts, actor) VALUES (p_month, p_layouts, p_actor);
    INSERT INTO billing_statement_range (month, position, first_number, next_number)
        SELECT p_month, position, CASE position WHEN 1 THEN '' ELSE first_number END, lead(first_number, 1, ':') OVER (ORDER BY position)
        FROM (SELECT part + 1 AS position, min(number)::text AS first_number
              FROM (SELECT number, (row_number() OVER (ORDER BY number) - 1) / p_size AS part FROM accounts_account) numbered
              GROUP BY part) ranged;
    RETURN true;
END $$;

-- Make the statements of one range; return how many. A range that was made is left as it is.
-- Holds the range's balance rows still, so that what was recorded by `counted_until` is all there.
CREATE FUNCTION billing_statements_make(p_month date, p_position integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    range billing_statement_range;
    v_layouts jsonb;
    v_until date := p_month + interval '1 month';
    v_counted timestamptz;
    v_made bigint;
BEGIN
    SELECT * INTO range FROM billing_statement_range WHERE month = p_month AND position = p_position FOR UPDATE;
    IF range.made_at IS NOT NULL THEN
        RETURN range.statements;
    END IF;
    SELECT layouts INTO v_layouts FROM billing_statement_run WHERE month = p_month;
    PERFORM 1 FROM ledger_balance WHERE account_number >= range.first_number AND account_number < range.next_number
        ORDER BY account_number FOR SHARE;
    v_counted := clock_timestamp();
    INSERT INTO billing_statement (
        account_number, month, holder_id, opening_cents, charges_cents, receipts_cents, adjustments_cents, closing_cents,
        premium_cents, medical_cents, pharmacy_cents, credit_cents, due_cents, due_on,
        language, reading_format, electronic, postal_code, data, layout_id, counted_until, version)
    SELECT made.*, v_counted, b.version
    FROM billing_statement_rows(p_month, range.first_number, range.next_number, v_layouts) made JOIN ledger_balance b USING (account_number);
    GET DIAGNOSTICS v_made = ROW_COUNT;
    UPDATE billing_statement_range SET made_at = now(), statements = v_made WHERE month = p_month AND position = p_position;
    RETURN v_made;
END $$;

-- End a run whose ranges are all made, and put what is printed in order; return whether it is whole.
-- Those who read on screen, and those who listen, get no paper. p_size: how many statements a print file holds.
CREATE FUNCTION billing_statements_end(p_month date, p_size integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    run billing_statement_run;
BEGIN
    SELECT * INTO run FROM billing_statement_run WHERE month = p_month FOR UPDATE;
    IF run.made_at IS NOT NULL THEN
        RETURN true;
    END IF;
    IF EXISTS (SELECT 1 FROM billing_statement_range WHERE month = p_month AND made_at IS NULL) THEN
        RETURN false;
    END IF;
    INSERT INTO billing_statement_print (month, sequence, batch, account_number)
        SELECT p_month, row_number() OVER (ORDER BY reading_format, language, place), dense_rank() OVER (ORDER BY reading_format, language, (place - 1) / p_size), account_number
        FROM (SELECT account_number, reading_format, language,
                     row_number() OVER (PARTITION BY reading_format, language ORDER BY postal_code, account_number) AS place
              FROM billing_statement WHERE month = p_month AND NOT electronic) sorted;
    INSERT INTO kernel_audit_entry (actor, action, detail, digest)
        SELECT run.actor, 'statements.run', jsonb_build_object('month', p_month, 'statements', count(*),
               'closing_cents', coalesce(sum(closing_cents), 0), 'due_cents', coalesce(sum(due_cents), 0)), ''
        FROM billing_statement WHERE month = p_month;
    UPDATE billing_statement_run SET made_at = now() WHERE month = p_month;
    RETURN true;
END $$;

-- Note that an e-mail told of a statement; false when it was noted before.
CREATE FUNCTION billing_statements_told(p_account text, p_month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO billing_statement_notice (account_number, month) VALUES (p_account, p_month) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
