-- What was asked of an account for one episode of care: a visit, a dispensing, or a claim and what corrects it.

-- One row a change: a bill raised is positive, what is taken off it again is negative. `basis` says what
-- caused it: claim:ID, visit:ID.
CREATE TABLE billing_claim_entry (
    account_number varchar(12) COLLATE "C" NOT NULL,
    episode text COLLATE "C" NOT NULL CHECK (episode <> ''),
    position smallint NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    basis text NOT NULL CHECK (basis <> ''),
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, episode, position),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill
);
CREATE INDEX billing_claim_entry_by_bill ON billing_claim_entry (account_number, bill_id);
CREATE TRIGGER billing_claim_entry_guard BEFORE UPDATE OR DELETE ON billing_claim_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER billing_claim_entry_truncation BEFORE TRUNCATE ON billing_claim_entry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What an episode has been asked for so far, under every number that leads to the account.
-- The caller holds the account's balance row.
CREATE FUNCTION billing_episode_asked(p_account text, p_episode text) RETURNS bigint LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(amount_cents), 0)::bigint FROM billing_claim_entry
    WHERE episode = p_episode AND account_number IN (
        SELECT number FROM accounts_account WHERE number = p_account OR merged_into = p_account)
$$;

CREATE FUNCTION billing_episode_note(p_account text, p_episode text, p_month date, p_bill bigint, p_amount bigint, p_basis text, p_actor text)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO billing_claim_entry (account_number, episode, position, bill_month, bill_id, amount_cents, basis, actor)
        SELECT p_account, p_episode, count(*) + 1, p_month, p_bill, p_amount, p_basis, p_actor
        FROM billing_claim_entry WHERE account_number = p_account AND episode = p_episode
$$;

-- Ask for (more of) an episode with a bill of its own; p_lines add up to what is asked. Returns the bill's id.
-- Refuses: what billing_raise refuses.
CREATE FUNCTION billing_episode_ask(
    p_account text, p_episode text, p_line text, p_title text, p_member bigint, p_issued_on date, p_due_on date,
    p_lines jsonb, p_basis text, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_bill billing_bill;
    v_id bigint;
    v_times bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT count(*) INTO v_times FROM billing_claim_entry WHERE account_number = p_account AND episode = p_episode;
    v_id := billing_raise(p_account, format('%s:%s', p_episode, v_times + 1), p_line, p_title, p_member, p_issued_on, p_due_on, p_lines);
    SELECT * INTO v_bill FROM billing_bill
        WHERE account_number = p_account AND month = date_trunc('month', p_issued_on) AND id = v_id;
    PERFORM billing_episode_note(p_account, p_episode, v_bill.month, v_id, v_bill.amount_cents, p_basis, p_actor);
    RETURN v_id;
END $$;

-- The bills of an episode that can still be changed: its own, and those that carry it on after a merge.
CREATE FUNCTION billing_episode_bills(p_account text, p_episode text) RETURNS SETOF billing_bill LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    WITH RECURSIVE part (id) AS (
        SELECT bill_id FROM billing_claim_entry
        WHERE episode = p_episode AND amount_cents > 0 AND account_number IN (
            SELECT number FROM accounts_account WHERE number = p_account OR merged_into = p_account)
        UNION
        SELECT moved.id FROM part JOIN billing_bill moved
            ON moved.account_number = p_account AND split_part(moved.key, ':', 1) = 'moved' AND split_part(moved.key, ':', 2) = part.id::text
    )
    SELECT bill.* FROM billing_bill bill JOIN part USING (id)
    WHERE bill.account_number = p_account AND bill.amount_cents + bill.adjusted_cents > 0
$$;

-- Take off one bill what an episode no longer asks for. Refuses: unknown_bill, beyond_open.
CREATE FUNCTION billing_episode_release(
    p_account text, p_episode text, p_bill bigint, p_amount bigint, p_reason text, p_basis text, p_on date, p_actor text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_account AND id = p_bill;
    PERFORM billing_adjust(p_account, p_bill, -p_amount,
        CASE WHEN p_amount = bill.amount_cents + bill.adjusted_cents THEN 'cancel' ELSE 'correct' END,
        5040::smallint, p_reason, p_actor, p_on);
    PERFORM billing_episode_note(p_account, p_episode, bill.month, p_bill, -p_amount, p_basis, p_actor);
END $$;
