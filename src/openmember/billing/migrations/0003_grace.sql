-- Grace: what happens from a premium that was not paid to its being made good, or to the end of coverage.

CREATE SEQUENCE billing_grace_id CACHE 50;

-- One case an account at a time. The dates are those the rules gave when it opened; `rules` says which rule
-- gave each. Arrears are the premium bills of the months from `unpaid_month` to `scope_until` that are due.
-- `coverage_ends_on` is the last day of coverage if nothing is paid; null where coverage would never have begun.
CREATE TABLE billing_grace (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL DEFAULT nextval('billing_grace_id'),
    coverage_type text NOT NULL CHECK (coverage_type IN ('exchange', 'direct', 'employer', 'cobra', 'medicare')),
    state text NOT NULL,
    regime text NOT NULL CHECK (regime IN ('aptc', 'state', 'employer', 'cobra_first', 'cobra', 'medicare', 'binder')),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'cured', 'terminated', 'reinstated')),
    unpaid_month date NOT NULL CHECK (extract(day FROM unpaid_month) = 1),
    scope_until date NOT NULL CHECK (extract(day FROM scope_until) = 1),
    first_on date NOT NULL,
    last_on date NOT NULL,
    coverage_ends_on date,
    pended_from date,
    notice_by date,
    warn_on date,
    threshold_percent numeric NOT NULL CHECK (threshold_percent > 0 AND threshold_percent <= 100),
    is_automatic boolean NOT NULL,
    rules jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'object'),
    opened_on date NOT NULL,
    noticed_on date,
    pended_on date,
    warned_on date,
    shortfall_on date,
    closed_on date,
    -- Not before this day does coverage end, whatever the other dates say: nobody's ends unwarned.
    not_before date NOT NULL,
    held_until date,
    -- The day the next step may be due.
    next_on date NOT NULL,
    -- Months up to this day are dealt with: they open no case again.
    closed_through date,
    PRIMARY KEY (account_number, id),
    CHECK (scope_until >= unpaid_month),
    CHECK (last_on >= first_on),
    CHECK ((status = 'open') = (closed_on IS NULL)),
    CHECK ((status IN ('cured', 'terminated')) = (closed_through IS NOT NULL))
);
CREATE UNIQUE INDEX billing_grace_one_open ON billing_grace (account_number) WHERE status = 'open';
CREATE INDEX billing_grace_to_look_at ON billing_grace (next_on) WHERE status = 'open';
CREATE INDEX billing_grace_cured ON billing_grace (closed_on) WHERE status = 'cured';

-- Every step of a case: the day it was taken, the rule it was taken under, and the day that rule gave.
CREATE TABLE billing_grace_step (
    account_number varchar(12) COLLATE "C" NOT NULL,
    case_id bigint NOT NULL,
    position smallint NOT NULL,
    step text NOT NULL CHECK (step IN ('opened', 'noticed', 'pended', 'warned', 'shortfall', 'cured', 'prospective',
                                       'terminated', 'reopened', 'held', 'reinstated')),
    taken_on date NOT NULL,
    rule text NOT NULL DEFAULT '',
    due_on date,
    owed_cents bigint,
    open_cents bigint,
    reason text NOT NULL DEFAULT '',
    actor text NOT NULL CHECK (actor <> ''),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, case_id, position),
    FOREIGN KEY (account_number, case_id) REFERENCES billing_grace
);
CREATE TRIGGER billing_grace_step_guard BEFORE UPDATE OR DELETE ON billing_grace_step
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER billing_grace_step_truncation BEFORE TRUNCATE ON billing_grace_step
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What the end of coverage takes off a bill, because months on it are not covered. `canceled_cents` is done; the
-- rest is paid, and is taken off when the payments room has given it back as credit. What bills do not say
-- (tax credits, parts of a month) the next premium run corrects: it counts what was canceled here.
CREATE TABLE billing_grace_uncovered (
    account_number varchar(12) COLLATE "C" NOT NULL,
    case_id bigint NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    uncovered_cents bigint NOT NULL CHECK (uncovered_cents >= 0),
    canceled_cents bigint NOT NULL DEFAULT 0 CHECK (canceled_cents >= 0),
    PRIMARY KEY (account_number, case_id, bill_id),
    FOREIGN KEY (account_number, case_id) REFERENCES billing_grace,
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill,
    CHECK (canceled_cents <= uncovered_cents)
);
CREATE INDEX billing_grace_uncovered_paid ON billing_grace_uncovered (account_number) WHERE canceled_cents < uncovered_cents;

-- Take off bills what is not covered and open. Returns how many cents were.
-- Locks the account's balance row.
CREATE FUNCTION billing_grace_cancel(p_account text, p_reason text, p_actor text, p_on date)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part record;
    v_cents bigint;
    v_total bigint := 0;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    FOR part IN
        SELECT * FROM billing_grace_uncovered
        WHERE account_number = p_account AND canceled_cents < uncovered_cents ORDER BY case_id, bill_id
    LOOP
        SELECT least(open_cents, part.uncovered_cents - part.canceled_cents) INTO v_cents FROM billing_bill
            WHERE account_number = p_account AND month = part.bill_month AND id = part.bill_id;
        CONTINUE WHEN v_cents = 0;
        PERFORM billing_adjust(p_account, part.bill_id, -v_cents, 'cancel', 4010::smallint, p_reason, p_actor, p_on);
        UPDATE billing_grace_uncovered SET canceled_cents = canceled_cents + v_cents
            WHERE account_number = p_account AND case_id = part.case_id AND bill_id = part.bill_id;
        v_total := v_total + v_cents;
    END LOOP;
    RETURN v_total;
END $$;

-- Take the months from p_from to p_until of an account off its bills, because they are not covered: at once what
-- is open. Returns how many cents are taken off in all. Again for the same case does nothing.
CREATE FUNCTION billing_grace_uncover(p_account text, p_case bigint, p_from date, p_until date, p_reason text, p_actor text, p_on date)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_total bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    WITH billed AS (
        SELECT bill_month, bill_id, share_cents::bigint AS share_cents FROM billing_premium
        WHERE account_number = p_account AND covers BETWEEN p_from AND p_until AND bill_id IS NOT NULL
        UNION ALL
        SELECT bill_month, bill_id, share_cents FROM billing_premium_adjustment
        WHERE account_number = p_account AND covers BETWEEN p_from AND p_until AND bill_id IS NOT NULL
    ), noted AS (
        INSERT INTO billing_grace_uncovered (account_number, case_id, bill_month, bill_id, uncovered_cents)
        SELECT p_account, p_case, b.month, b.id, least(asked.cents, b.amount_cents + b.adjusted_cents)
        FROM (SELECT bill_month, bill_id, sum(share_cents) AS cents FROM billed GROUP BY 1, 2) asked
        JOIN billing_bill b ON (b.account_number, b.month, b.id) = (p_account, asked.bill_month, asked.bill_id)
        WHERE least(asked.cents, b.amount_cents + b.adjusted_cents) > 0
        ON CONFLICT (account_number, case_id, bill_id) DO NOTHING
        RETURNING uncovered_cents
    )
    SELECT coalesce(sum(uncovered_cents), 0) INTO v_total FROM noted;
    PERFORM billing_grace_cancel(p_account, p_reason, p_actor, p_on);
    RETURN v_total;
END $$;

-- Leave on the bills what is paid of months that are covered again.
CREATE FUNCTION billing_grace_keep(p_account text, p_case bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE billing_grace_uncovered SET uncovered_cents = canceled_cents WHERE account_number = p_account AND case_id = p_case
$$;

-- What is in arrears of some months, and the last of them: the premium bills that are due, and what is open of
-- them. Federal grace counts what was billed for its three months, due or not: paying one month of them does
-- not end it. Source: 45 CFR 156.270(d), (g).
CREATE FUNCTION billing_grace_arrears(p_account text, p_regime text, p_from date, p_until date, p_today date)
RETURNS TABLE (owed_cents bigint, open_cents bigint, overdue_cents bigint, own_month_cents bigint, counted_until date) LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(b.amount_cents + b.adjusted_cents), 0)::bigint, coalesce(sum(b.open_cents), 0)::bigint,
           coalesce(sum(b.open_cents) FILTER (WHERE b.due_on < p_today), 0)::bigint,
           coalesce(sum(p.share_cents) FILTER (WHERE p.covers = p_from), 0)::bigint, coalesce(max(p.covers), p_from)
    FROM billing_premium p
    CROSS JOIN LATERAL billing_find(p_account, p.bill_month, p.bill_id) b
    WHERE p.account_number = p_account AND p.covers BETWEEN p_from AND p_until
      AND CASE p_regime WHEN 'aptc' THEN b.issued_on <= p_today ELSE b.due_on < p_today END
$$;

-- What a letter of a case says.
CREATE FUNCTION billing_grace_letter(p_case billing_grace, p_owed bigint, p_open bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT jsonb_build_object(
        'regime', p_case.regime, 'coverage_type', p_case.coverage_type, 'unpaid_month', p_case.unpaid_month,
        'owed_cents', p_owed, 'open_cents', p_open, 'first_on', p_case.first_on,
        'last_on', greatest(p_case.last_on, p_case.not_before), 'coverage_ends_on', p_case.coverage_ends_on,
        'pended_from', p_case.pended_from, 'citation', p_case.rules -> 'last_on' ->> 'citation',
        'closed_on', p_case.closed_on)
$$;
