-- Payment plans: which open bills are paid in parts, when how much is due, and what became of it.
-- A plan moves no money. Payments settle its bills as they settle any; the plan reads what they settled.

-- The plan a bill is paid by while the plan stands: such a bill is not past due, and nobody chases it.
-- Null for nearly every bill, so that months attached from aside need not know of it.
ALTER TABLE billing_bill ADD COLUMN plan_id bigint;

CREATE SEQUENCE billing_plan_id CACHE 20;

CREATE TABLE billing_plan (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL DEFAULT nextval('billing_plan_id'),
    status text NOT NULL CHECK (status IN ('active', 'completed', 'lapsed', 'canceled')),
    -- The schedule that counts; earlier ones stay readable.
    version smallint NOT NULL DEFAULT 1 CHECK (version > 0),
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, id)
);
CREATE INDEX billing_plan_standing ON billing_plan (account_number) WHERE status = 'active';
CREATE TRIGGER billing_plan_guard BEFORE DELETE OR UPDATE OF account_number, id, made_at ON billing_plan
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What was agreed, in the words that were shown, and how. No interest and no fee has a column to stand in.
CREATE TABLE billing_plan_schedule (
    account_number varchar(12) COLLATE "C" NOT NULL,
    plan_id bigint NOT NULL,
    version smallint NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    agreed_on date NOT NULL,
    day smallint NOT NULL CHECK (day BETWEEN 1 AND 31),
    monthly_cents ledger_amount NOT NULL,
    total_cents ledger_amount NOT NULL,
    basis text NOT NULL CHECK (basis IN ('policy', 'affordable', 'exception')),
    reason text NOT NULL DEFAULT '',
    agreement text NOT NULL CHECK (agreement <> ''),
    language text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('portal', 'phone', 'in_person', 'paper')),
    actor text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, plan_id, version),
    UNIQUE (account_number, key),
    FOREIGN KEY (account_number, plan_id) REFERENCES billing_plan,
    -- Terms beyond the policy are somebody's decision, who says why.
    CHECK (basis <> 'exception' OR reason <> '')
);

-- What each bill had open, paid and adjusted when the schedule was made: what came later is told from this.
CREATE TABLE billing_plan_part (
    account_number varchar(12) COLLATE "C" NOT NULL,
    plan_id bigint NOT NULL,
    version smallint NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    open_cents ledger_amount NOT NULL,
    adjusted_cents bigint NOT NULL,
    paid_cents ledger_sum NOT NULL,
    PRIMARY KEY (account_number, plan_id, version, bill_id),
    FOREIGN KEY (account_number, plan_id, version) REFERENCES billing_plan_schedule,
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);

CREATE TABLE billing_plan_instalment (
    account_number varchar(12) COLLATE "C" NOT NULL,
    plan_id bigint NOT NULL,
    version smallint NOT NULL,
    position smallint NOT NULL CHECK (position > 0),
    due_on date NOT NULL,
    amount_cents ledger_amount NOT NULL,
    PRIMARY KEY (account_number, plan_id, version, position),
    UNIQUE (account_number, plan_id, version, due_on),
    FOREIGN KEY (account_number, plan_id, version) REFERENCES billing_plan_schedule
);

CREATE TABLE billing_plan_event (
    account_number varchar(12) COLLATE "C" NOT NULL,
    plan_id bigint NOT NULL,
    position smallint NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'agreed', 'recast', 'reminded', 'tried', 'noticed', 'lapsed', 'reinstated', 'completed', 'reopened', 'canceled')),
    version smallint NOT NULL,
    instalment smallint,
    happened_on date NOT NULL,
    reason text NOT NULL DEFAULT '',
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_number, plan_id, position),
    FOREIGN KEY (account_number, plan_id) REFERENCES billing_plan,
    CHECK (kind NOT IN ('reminded', 'noticed') OR instalment IS NOT NULL)
);
-- One reminder and one notice for each instalment, however often the sweep runs.
CREATE UNIQUE INDEX billing_plan_event_once ON billing_plan_event (account_number, plan_id, version, instalment, kind)
    WHERE kind IN ('reminded', 'noticed');

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['billing_plan_schedule', 'billing_plan_part', 'billing_plan_instalment', 'billing_plan_event'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION kernel_guard_history()', history || '_guard', history);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;

-- Record one thing that happened to a plan; the caller holds the account's balance row.
CREATE FUNCTION billing_plan_record(p_account text, p_plan bigint, p_kind text, p_instalment smallint, p_on date, p_reason text, p_actor text)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO billing_plan_event (account_number, plan_id, position, kind, version, instalment, happened_on, reason, actor)
    SELECT p_account, p_plan, (SELECT count(*) + 1 FROM billing_plan_event WHERE account_number = p_account AND plan_id = p_plan),
           p_kind, version, p_instalment, p_on, p_reason, p_actor
    FROM billing_plan WHERE account_number = p_account AND id = p_plan
$$;

-- Agree a plan, or give one that stands a new schedule (p_plan). Its open bills stay in it; p_bills join.
-- The instalments add up to what is open at this moment, to the cent: what is open cannot change meanwhile.
-- The same key returns the plan there is. p_instalments: [{"due_on": date, "amount_cents": integer}, ...]
-- Refuses: unknown_account, merged_account, key_reused, unknown_plan, not_active, unknown_bill, not_open,
-- on_hold, in_plan, not_exact, bad_dates.
CREATE FUNCTION billing_plan_agree(
    p_account text, p_plan bigint, p_key text, p_bills bigint[], p_instalments jsonb, p_day integer, p_monthly bigint,
    p_basis text, p_reason text, p_agreement text, p_language text, p_channel text, p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_plan_schedule;
    plan billing_plan;
    bill billing_bill;
    v_closed boolean;
    v_bills bigint[] := p_bills;
    v_total bigint := 0;
    v_version smallint := 1;
BEGIN
    SELECT closed INTO v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    END IF;
    SELECT * INTO known FROM billing_plan_schedule WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        IF (known.monthly_cents, known.day, known.agreement) IS DISTINCT FROM (p_monthly, p_day::smallint, p_agreement) THEN
            PERFORM kernel_refuse('key_reused', 'this was agreed before with other terms');
        END IF;
        RETURN known.plan_id;
    END IF;
    IF p_plan IS NOT NULL THEN
        SELECT * INTO plan FROM billing_plan WHERE account_number = p_account AND id = p_plan;
        IF NOT FOUND THEN
            PERFORM kernel_refuse('unknown_plan', 'the account has no such plan');
        ELSIF plan.status <> 'active' THEN
            PERFORM kernel_refuse('not_active', format('a plan that is %s gets no new schedule', plan.status));
        END IF;
        v_version := plan.version + 1;
        SELECT array_agg(DISTINCT id) INTO v_bills FROM (
            SELECT unnest(p_bills) AS id
            UNION ALL
            SELECT b.id FROM billing_plan_part part JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
            WHERE part.account_number = p_account AND part.plan_id = p_plan AND part.version = plan.version AND b.plan_id = p_plan AND b.open_cents > 0
        ) of_plan;
    ELSE
        INSERT INTO billing_plan (account_number, status) VALUES (p_account, 'active') RETURNING * INTO plan;
    END IF;
    SELECT sum((item ->> 'amount_cents')::bigint) INTO v_total FROM jsonb_array_elements(p_instalments) item;
    INSERT INTO billing_plan_schedule (account_number, plan_id, version, key, agreed_on, day, monthly_cents, total_cents, basis, reason, agreement, language, channel, actor)
    VALUES (p_account, plan.id, v_version, p_key, p_on, p_day, p_monthly, v_total, p_basis, p_reason, p_agreement, p_language, p_channel, p_actor);
    FOR bill IN SELECT * FROM billing_bill WHERE account_number = p_account AND id = ANY (v_bills) ORDER BY month, id LOOP
        IF bill.open_cents = 0 THEN
            PERFORM kernel_refuse('not_open', 'a bill of the plan has nothing left to pay');
        ELSIF bill.held THEN
            PERFORM kernel_refuse('on_hold', 'a bill of the plan is on hold');
        ELSIF bill.plan_id <> plan.id THEN
            PERFORM kernel_refuse('in_plan', 'a bill is in another plan already');
        END IF;
        v_total := v_total - bill.open_cents;
        v_bills := array_remove(v_bills, bill.id);
        INSERT INTO billing_plan_part
        VALUES (p_account, plan.id, v_version, bill.month, bill.id, bill.open_cents, bill.adjusted_cents,
                bill.amount_cents + bill.adjusted_cents - bill.open_cents);
        UPDATE billing_bill SET plan_id = plan.id WHERE account_number = p_account AND month = bill.month AND id = bill.id;
    END LOOP;
    IF cardinality(v_bills) > 0 THEN
        PERFORM kernel_refuse('unknown_bill', 'the account has no such bill');
    ELSIF v_total IS DISTINCT FROM 0 THEN
        PERFORM kernel_refuse('not_exact', 'what is open has changed: the instalments no longer add up to it');
    END IF;
    INSERT INTO billing_plan_instalment
    SELECT p_account, plan.id, v_version, place, (item ->> 'due_on')::date, (item ->> 'amount_cents')::bigint
    FROM jsonb_array_elements(p_instalments) WITH ORDINALITY AS given (item, place);
    PERFORM 1 FROM billing_plan_instalment one JOIN billing_plan_instalment next USING (account_number, plan_id, version)
    WHERE one.account_number = p_account AND one.plan_id = plan.id AND one.version = v_version
      AND next.position = one.position + 1 AND (next.due_on <= one.due_on OR one.due_on < p_on);
    IF FOUND THEN
        PERFORM kernel_refuse('bad_dates', 'instalments follow one another, from today on');
    END IF;
    UPDATE billing_plan SET version = v_version WHERE account_number = p_account AND id = plan.id;
    PERFORM billing_plan_record(p_account, plan.id, CASE v_version WHEN 1 THEN 'agreed' ELSE 'recast' END, NULL, p_on, p_reason, p_actor);
    RETURN plan.id;
END $$;

-- Make a plan what it became. Its bills are free when it ends, and its own again when it stands again; a
-- bill that went into another plan meanwhile stays there. Again does nothing and returns false.
-- Refuses: unknown_plan, not_allowed.
CREATE FUNCTION billing_plan_move(p_account text, p_plan bigint, p_to text, p_on date, p_reason text, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    plan billing_plan;
    v_open bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO plan FROM billing_plan WHERE account_number = p_account AND id = p_plan;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_plan', 'the account has no such plan');
    ELSIF plan.status = p_to THEN
        RETURN false;
    ELSIF plan.status || '>' || p_to NOT IN ('active>completed', 'active>lapsed', 'active>canceled', 'lapsed>active', 'completed>active') THEN
        PERFORM kernel_refuse('not_allowed', format('a plan that is %s cannot be %s', plan.status, p_to));
    END IF;
    SELECT coalesce(sum(b.open_cents), 0) INTO v_open
    FROM billing_plan_part part JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
    WHERE part.account_number = p_account AND part.plan_id = p_plan AND part.version = plan.version AND coalesce(b.plan_id, p_plan) = p_plan;
    IF (p_to = 'completed') <> (v_open = 0) AND p_to IN ('completed', 'active') THEN
        PERFORM kernel_refuse('not_allowed', format('%s cents of the plan are open', v_open));
    END IF;
    UPDATE billing_bill b SET plan_id = CASE p_to WHEN 'active' THEN p_plan END
    FROM billing_plan_part part
    WHERE part.account_number = p_account AND part.plan_id = p_plan AND part.version = plan.version
      AND b.account_number = p_account AND b.month = part.bill_month AND b.id = part.bill_id
      AND CASE p_to WHEN 'active' THEN b.plan_id IS NULL AND b.open_cents > 0 ELSE b.plan_id = p_plan END;
    UPDATE billing_plan SET status = p_to WHERE account_number = p_account AND id = p_plan;
    PERFORM billing_plan_record(p_account, p_plan,
        CASE plan.status || '>' || p_to WHEN 'lapsed>active' THEN 'reinstated' WHEN 'completed>active' THEN 'reopened' ELSE p_to END,
        NULL, p_on, p_reason, p_actor);
    RETURN true;
END $$;

-- Note a reminder, a notice or an attempt to reach the member. A second reminder or notice for one
-- instalment does nothing and returns false. Refuses: unknown_plan, not_active.
CREATE FUNCTION billing_plan_note(p_account text, p_plan bigint, p_kind text, p_instalment integer, p_on date, p_reason text, p_actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    plan billing_plan;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO plan FROM billing_plan WHERE account_number = p_account AND id = p_plan;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_plan', 'the account has no such plan');
    ELSIF plan.status <> 'active' OR p_kind NOT IN ('reminded', 'noticed', 'tried') THEN
        PERFORM kernel_refuse('not_active', format('the plan is %s', plan.status));
    END IF;
    PERFORM 1 FROM billing_plan_event WHERE account_number = p_account AND plan_id = p_plan AND version = plan.version
        AND kind = p_kind AND instalment = p_instalment AND p_kind <> 'tried';
    IF FOUND THEN
        RETURN false;
    END IF;
    PERFORM billing_plan_record(p_account, p_plan, p_kind, p_instalment::smallint, p_on, p_reason, p_actor);
    RETURN true;
END $$;
