-- Bills, partitioned by the month they are issued in, and what changes them.

CREATE SEQUENCE billing_bill_id CACHE 50;
CREATE DOMAIN billing_business AS text CHECK (VALUE IN ('premium', 'medical', 'pharmacy'));

CREATE TABLE billing_bill (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    month date NOT NULL,
    id bigint NOT NULL DEFAULT nextval('billing_bill_id'),
    -- What the bill is for, in the caller's words: the same thing is never billed twice in a month.
    key text NOT NULL,
    line billing_business NOT NULL,
    title text NOT NULL,
    member_id bigint,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    amount_cents ledger_amount NOT NULL,
    adjusted_cents bigint NOT NULL DEFAULT 0,
    open_cents bigint NOT NULL,
    held boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, month, id),
    CHECK (month = date_trunc('month', issued_on)),
    CHECK (due_on >= issued_on),
    CHECK (open_cents BETWEEN 0 AND amount_cents + adjusted_cents)
) PARTITION BY RANGE (month);
CREATE UNIQUE INDEX billing_bill_key ON billing_bill (account_number, month, key);
CREATE TABLE billing_bill_other PARTITION OF billing_bill DEFAULT WITH (fillfactor = 90);

-- What was billed stays as it was billed; only what is open, adjusted or held may move.
CREATE TRIGGER billing_bill_guard
    BEFORE DELETE OR UPDATE OF account_number, month, id, key, line, title, member_id, issued_on, due_on, amount_cents, created_at
    ON billing_bill FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE billing_line (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    position smallint NOT NULL,
    description text NOT NULL,
    service_on date,
    amount_cents bigint NOT NULL,
    PRIMARY KEY (account_number, bill_month, bill_id, position),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);
CREATE TRIGGER billing_line_guard BEFORE UPDATE OR DELETE ON billing_line
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- A change to what a bill asks for: negative takes off. Each has its transfer.
CREATE TABLE billing_adjustment (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    position smallint NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    kind text NOT NULL CHECK (kind IN ('cancel', 'correct', 'move', 'assistance', 'write_off')),
    reason text NOT NULL CHECK (reason <> ''),
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    transfer_id bigint NOT NULL,
    PRIMARY KEY (account_number, bill_month, bill_id, position),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);
CREATE TRIGGER billing_adjustment_guard BEFORE UPDATE OR DELETE ON billing_adjustment
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- One bill by its key. A function keeps its plan; a join that does not say the month at once is planned over
-- every month, which takes longer than the rest of a receipt.
CREATE FUNCTION billing_find(p_account text, p_month date, p_bill bigint) RETURNS SETOF billing_bill LANGUAGE plpgsql STABLE ROWS 1 AS $$
BEGIN
    RETURN QUERY SELECT * FROM billing_bill WHERE account_number = p_account AND month = p_month AND id = p_bill;
END $$;

CREATE FUNCTION billing_receivable(p_line text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE p_line WHEN 'premium' THEN 1210 WHEN 'medical' THEN 1220 WHEN 'pharmacy' THEN 1230 END)::smallint
$$;

-- Raise one bill with its lines and its transfer; return its id. The same key in the same month returns
-- the bill there is. Refuses: unknown_account, merged_account, no_lines, not_positive, key_reused.
-- p_lines: [{"description": text, "amount_cents": integer, "service_on": date or null}, ...]
-- p_contra: what the receivable stands against; revenue of the line when null.
CREATE FUNCTION billing_raise(
    p_account text, p_key text, p_line text, p_title text, p_member bigint, p_issued_on date, p_due_on date,
    p_lines jsonb, p_contra smallint DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_month date := date_trunc('month', p_issued_on);
    v_amount bigint;
    known billing_bill;
    v_closed boolean;
    v_id bigint;
BEGIN
    SELECT closed INTO v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    END IF;
    SELECT sum((item ->> 'amount_cents')::bigint) INTO v_amount FROM jsonb_array_elements(p_lines) item;
    IF v_amount IS NULL THEN
        PERFORM kernel_refuse('no_lines', 'a bill needs at least one line');
    ELSIF v_amount <= 0 THEN
        PERFORM kernel_refuse('not_positive', 'the lines of a bill add up to more than zero');
    END IF;
    SELECT * INTO known FROM billing_bill WHERE account_number = p_account AND month = v_month AND key = p_key;
    IF FOUND THEN
        IF (known.line, known.amount_cents, known.due_on) IS DISTINCT FROM (p_line, v_amount, p_due_on) THEN
            PERFORM kernel_refuse('key_reused', 'this was billed before with other contents');
        END IF;
        RETURN known.id;
    END IF;
    INSERT INTO billing_bill (account_number, month, key, line, title, member_id, issued_on, due_on, amount_cents, open_cents)
    VALUES (p_account, v_month, p_key, p_line, p_title, p_member, p_issued_on, p_due_on, v_amount, v_amount)
    RETURNING id INTO v_id;
    INSERT INTO billing_line
        SELECT p_account, v_month, v_id, place, item ->> 'description', (item ->> 'service_on')::date, (item ->> 'amount_cents')::bigint
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS lines (item, place);
    PERFORM ledger_post(p_account, billing_receivable(p_line),
        coalesce(p_contra, (CASE p_line WHEN 'premium' THEN 4010 WHEN 'medical' THEN 4020 ELSE 4030 END)::smallint),
        v_amount, 'bill', p_issued_on, 'bill:' || v_id);
    UPDATE ledger_balance SET unsettled_since = least(unsettled_since, v_month), billed_until = greatest(billed_until, v_month)
        WHERE account_number = p_account AND (unsettled_since > v_month OR billed_until < v_month);
    RETURN v_id;
END $$;

-- Take off (negative) or add to what a bill asks for, against one code of the chart. Returns what is open after.
-- Refuses: unknown_bill, beyond_open when more would be taken off than is open.
CREATE FUNCTION billing_adjust(
    p_account text, p_bill bigint, p_amount bigint, p_kind text, p_contra smallint, p_reason text, p_actor text, p_on date
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
    v_transfer bigint;
    v_receivable smallint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_account AND id = p_bill;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    ELSIF bill.open_cents + p_amount < 0 THEN
        PERFORM kernel_refuse('beyond_open', 'more would be taken off than is still open');
    END IF;
    v_receivable := billing_receivable(bill.line);
    IF p_amount < 0 THEN
        v_transfer := ledger_post(p_account, p_contra, v_receivable, -p_amount, 'bill_' || p_kind, p_on, 'bill:' || p_bill);
    ELSE
        v_transfer := ledger_post(p_account, v_receivable, p_contra, p_amount, 'bill_' || p_kind, p_on, 'bill:' || p_bill);
    END IF;
    INSERT INTO billing_adjustment (account_number, bill_month, bill_id, position, amount_cents, kind, reason, actor, transfer_id)
        SELECT p_account, bill.month, p_bill, count(*) + 1, p_amount, p_kind, p_reason, p_actor, v_transfer
        FROM billing_adjustment WHERE account_number = p_account AND bill_month = bill.month AND bill_id = p_bill;
    UPDATE billing_bill SET adjusted_cents = adjusted_cents + p_amount, open_cents = open_cents + p_amount
        WHERE account_number = p_account AND month = bill.month AND id = p_bill;
    UPDATE ledger_balance SET unsettled_since = bill.month
        WHERE account_number = p_account AND p_amount > 0 AND unsettled_since > bill.month;
    RETURN bill.open_cents + p_amount;
END $$;

-- Keep a bill out of payments by rule while it is in dispute, or let it in again. Refuses: unknown_bill.
CREATE FUNCTION billing_hold(p_account text, p_bill bigint, p_held boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE billing_bill SET held = p_held WHERE account_number = p_account AND id = p_bill;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    END IF;
END $$;
