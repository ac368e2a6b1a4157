-- What is no longer asked for, and what may be asked for by others: write-offs with a second person, bad
-- debts placed for collection, and reasons for which collection stops.

CREATE SEQUENCE billing_write_off_id CACHE 20;

-- A write-off asked for and decided. The money moves by billing_adjust, once it is approved.
CREATE TABLE billing_write_off (
    account_number varchar(12) COLLATE "C" NOT NULL,
    id bigint NOT NULL DEFAULT nextval('billing_write_off_id'),
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    amount_cents ledger_amount NOT NULL,
    -- What one person may write off alone on the day it was asked for.
    limit_cents ledger_sum NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
    reason text NOT NULL CHECK (reason <> ''),
    proposed_by text NOT NULL,
    proposed_on date NOT NULL,
    decided_by text,
    decided_on date,
    decision text NOT NULL DEFAULT '',
    PRIMARY KEY (account_number, id),
    UNIQUE (account_number, key),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill,
    CHECK ((status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL)),
    CONSTRAINT billing_write_off_four_eyes CHECK (status <> 'approved' OR amount_cents <= limit_cents OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX billing_write_off_open ON billing_write_off (account_number, bill_id) WHERE status = 'proposed';
CREATE TRIGGER billing_write_off_guard
    BEFORE DELETE OR UPDATE OF account_number, id, bill_month, bill_id, key, amount_cents, limit_cents, reason, proposed_by, proposed_on
    ON billing_write_off FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Ask for a write-off; within the limit it is done at once. The same key returns the first.
-- Refuses: unknown_bill, beyond_open, key_reused, asked_already.
CREATE FUNCTION billing_write_off_propose(
    p_account text, p_bill bigint, p_key text, p_amount bigint, p_limit bigint, p_reason text, p_on date, p_actor text
) RETURNS billing_write_off LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_write_off;
    bill billing_bill;
    -- In parts below the limit a large bill would be written off by one person after all.
    v_before bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM billing_write_off WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        IF (known.bill_id, known.amount_cents) <> (p_bill, p_amount) THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another write-off');
        END IF;
        RETURN known;
    END IF;
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_account AND id = p_bill;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    ELSIF p_amount <= 0 OR p_amount > bill.open_cents THEN
        PERFORM kernel_refuse('beyond_open', 'a write-off takes at least a cent and at most what is open');
    END IF;
    PERFORM 1 FROM billing_write_off WHERE account_number = p_account AND bill_id = p_bill AND status = 'proposed';
    IF FOUND THEN
        PERFORM kernel_refuse('asked_already', 'a write-off of this bill waits for approval already');
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO v_before FROM billing_write_off WHERE account_number = p_account AND bill_id = p_bill AND status = 'approved';
    INSERT INTO billing_write_off (account_number, bill_month, bill_id, key, amount_cents, limit_cents, status, reason, proposed_by, proposed_on)
    VALUES (p_account, bill.month, p_bill, p_key, p_amount, greatest(p_limit - v_before, 0), 'proposed', p_reason, p_actor, p_on) RETURNING * INTO known;
    IF known.amount_cents <= known.limit_cents THEN
        RETURN billing_write_off_decide(p_account, known.id, true, '', p_on, p_actor);
    END IF;
    RETURN known;
END $$;

-- Approve a write-off and take it off the bill, or refuse it. Again does nothing.
-- Refuses: unknown_write_off, same_person, decided, beyond_open.
CREATE FUNCTION billing_write_off_decide(p_account text, p_id bigint, p_approved boolean, p_decision text, p_on date, p_actor text)
RETURNS billing_write_off LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_write_off;
    v_status text := CASE WHEN p_approved THEN 'approved' ELSE 'refused' END;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM billing_write_off WHERE account_number = p_account AND id = p_id;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_write_off');
    ELSIF known.status = v_status THEN
        RETURN known;
    ELSIF known.status <> 'proposed' THEN
        PERFORM kernel_refuse('decided', format('the write-off was %s already', known.status));
    ELSIF p_approved AND known.amount_cents > known.limit_cents AND known.proposed_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'somebody else approves a write-off above the limit');
    END IF;
    UPDATE billing_write_off SET status = v_status, decided_by = p_actor, decided_on = p_on, decision = p_decision
        WHERE account_number = p_account AND id = p_id RETURNING * INTO known;
    IF p_approved THEN
        PERFORM billing_adjust(p_account, known.bill_id, -known.amount_cents, 'write_off', 5020::smallint, known.reason, p_actor, p_on);
    END IF;
    RETURN known;
END $$;

-- Ask for what was written off again, because it was paid after all: no more than was written off.
-- Refuses: unknown_bill, beyond_written_off.
CREATE FUNCTION billing_write_off_recover(p_account text, p_bill bigint, p_amount bigint, p_reason text, p_on date, p_actor text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_written_off bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT -coalesce(sum(amount_cents), 0) INTO v_written_off FROM billing_adjustment
        WHERE account_number = p_account AND bill_id = p_bill AND kind = 'write_off';
    IF p_amount <= 0 OR p_amount > v_written_off THEN
        PERFORM kernel_refuse('beyond_written_off', format('%s cents of the bill are written off', v_written_off));
    END IF;
    RETURN billing_adjust(p_account, p_bill, p_amount, 'write_off', 5020::smallint, p_reason, p_actor, p_on);
END $$;

-- Why nothing of an account may be collected for now, such as an open application for assistance.
-- Written by the rooms above, which know why; a cause that ended keeps its row.
CREATE TABLE billing_collection_stop (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    cause text NOT NULL CHECK (cause IN ('application', 'appeal', 'bankruptcy', 'deceased', 'other')),
    started_on date NOT NULL,
    ended_on date,
    actor text NOT NULL,
    PRIMARY KEY (account_number, key),
    CHECK (ended_on >= started_on)
);
CREATE TRIGGER billing_collection_stop_guard BEFORE DELETE OR UPDATE OF account_number, key, cause, started_on, actor
    ON billing_collection_stop FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- A bill given to bad debt, with the rule that allowed it, until it is recalled.
CREATE TABLE billing_bad_debt (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    position smallint NOT NULL CHECK (position > 0),
    placed_on date NOT NULL,
    open_cents ledger_amount NOT NULL,
    allowed_by text NOT NULL CHECK (allowed_by <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    actor text NOT NULL,
    recalled_on date,
    recalled_by text,
    recall_reason text NOT NULL DEFAULT '',
    PRIMARY KEY (account_number, bill_id, position),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill,
    CHECK ((recalled_on IS NULL) = (recalled_by IS NULL) AND (recalled_on IS NULL OR recall_reason <> ''))
);
CREATE UNIQUE INDEX billing_bad_debt_standing ON billing_bad_debt (account_number, bill_id) WHERE recalled_on IS NULL;
CREATE TRIGGER billing_bad_debt_guard
    BEFORE DELETE OR UPDATE OF account_number, bill_month, bill_id, position, placed_on, open_cents, allowed_by, reason, actor
    ON billing_bad_debt FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Place a bill; the rules were asked before. Again returns false. Refuses: unknown_bill, not_open.
CREATE FUNCTION billing_debt_place(p_account text, p_bill bigint, p_allowed_by text, p_reason text, p_on date, p_actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_account AND id = p_bill;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    ELSIF bill.open_cents = 0 OR bill.held OR bill.plan_id IS NOT NULL THEN
        PERFORM kernel_refuse('not_open', 'only a bill that is open, undisputed and in no plan can be a bad debt');
    END IF;
    PERFORM 1 FROM billing_bad_debt WHERE account_number = p_account AND bill_id = p_bill AND recalled_on IS NULL;
    IF FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO billing_bad_debt (account_number, bill_month, bill_id, position, placed_on, open_cents, allowed_by, reason, actor)
    SELECT p_account, bill.month, p_bill, count(*) + 1, p_on, bill.open_cents, p_allowed_by, p_reason, p_actor
    FROM billing_bad_debt WHERE account_number = p_account AND bill_id = p_bill;
    RETURN true;
END $$;

-- Take placed bills back: one, or all of the account when p_bill is null. Returns how many.
CREATE FUNCTION billing_debt_recall(p_account text, p_bill bigint, p_reason text, p_on date, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_recalled integer;
BEGIN
    UPDATE billing_bad_debt SET recalled_on = p_on, recalled_by = p_actor, recall_reason = p_reason
        WHERE account_number = p_account AND (p_bill IS NULL OR bill_id = p_bill) AND recalled_on IS NULL;
    GET DIAGNOSTICS v_recalled = ROW_COUNT;
    RETURN v_recalled;
END $$;

-- Stop collection for a cause, and take back what was placed; or let it go on. Again does nothing.
CREATE FUNCTION billing_collection_stop(p_account text, p_key text, p_cause text, p_on date, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO billing_collection_stop (account_number, key, cause, started_on, actor) VALUES (p_account, p_key, p_cause, p_on, p_actor)
    ON CONFLICT DO NOTHING;
    RETURN billing_debt_recall(p_account, NULL, 'collection stopped: ' || p_cause, p_on, p_actor);
END $$;

CREATE FUNCTION billing_collection_resume(p_account text, p_key text, p_on date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE billing_collection_stop SET ended_on = p_on WHERE account_number = p_account AND key = p_key AND ended_on IS NULL
$$;
