-- Credit worked: found, refunded with a second person's approval, paid by tender or check, turned over to a
-- state when nobody claims it.

-- The queue: every account that holds credit, as the last search found it. Never the books themselves.
CREATE TABLE payments_credit (
    account_number varchar(12) COLLATE "C" PRIMARY KEY REFERENCES ledger_balance,
    credit_cents ledger_amount NOT NULL,
    since date NOT NULL,
    active_on date NOT NULL,
    found_on date NOT NULL
);
CREATE INDEX payments_credit_age ON payments_credit (since, account_number);

-- Look through all accounts once: note the credit of each and since when, forget those that hold none.
CREATE FUNCTION payments_credits_find(p_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_found bigint;
BEGIN
    DELETE FROM payments_credit queued USING ledger_balance b
        WHERE b.account_number = queued.account_number AND b.credit_cents = 0;
    INSERT INTO payments_credit (account_number, credit_cents, since, active_on, found_on)
    SELECT b.account_number, b.credit_cents, p.since, p.active_on, p_on
    FROM ledger_balance b
    CROSS JOIN LATERAL (
        SELECT min(effective_on) FILTER (WHERE unapplied_cents > 0) AS since, max(effective_on) AS active_on
        FROM payments_payment WHERE account_number = b.account_number
    ) p
    WHERE b.credit_cents > 0
    ON CONFLICT (account_number) DO UPDATE
        SET credit_cents = excluded.credit_cents, since = excluded.since, active_on = excluded.active_on, found_on = excluded.found_on;
    GET DIAGNOSTICS v_found = ROW_COUNT;
    RETURN v_found;
END $$;

CREATE SEQUENCE payments_credit_refund_id CACHE 20;

-- A refund of credit asked for and decided.
CREATE TABLE payments_credit_refund (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES ledger_balance,
    id bigint NOT NULL DEFAULT nextval('payments_credit_refund_id'),
    key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    amount_cents ledger_amount NOT NULL,
    -- What one person may give back alone, less what one person gave this account lately.
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
    CHECK ((status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL)),
    CONSTRAINT payments_credit_refund_four_eyes
        CHECK (status <> 'approved' OR amount_cents <= limit_cents OR decided_by <> proposed_by)
);
CREATE INDEX payments_credit_refund_waiting ON payments_credit_refund (proposed_on) WHERE status = 'proposed';
CREATE TRIGGER payments_credit_refund_guard
    BEFORE DELETE OR UPDATE OF account_number, id, key, amount_cents, limit_cents, reason, proposed_by, proposed_on
    ON payments_credit_refund FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Which payment's credit it is, and which way it goes back. The refund itself is made when it is approved.
CREATE TABLE payments_credit_part (
    account_number varchar(12) COLLATE "C" NOT NULL,
    credit_refund_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    amount_cents ledger_amount NOT NULL,
    way text NOT NULL CHECK (way IN ('tender', 'check')),
    refund_id bigint,
    PRIMARY KEY (account_number, credit_refund_id, payment_id),
    FOREIGN KEY (account_number, credit_refund_id) REFERENCES payments_credit_refund,
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment,
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund
);
CREATE UNIQUE INDEX payments_credit_part_refund ON payments_credit_part (account_number, refund_id) WHERE refund_id IS NOT NULL;
CREATE TRIGGER payments_credit_part_guard BEFORE DELETE OR UPDATE OF account_number, credit_refund_id, payment_id, amount_cents, way
    ON payments_credit_part FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Ask for credit to be given back. Credit asked for already is not there to be asked for again.
-- p_parts: [{"payment_id": integer, "amount_cents": integer, "way": "tender" or "check"}, ...]
-- Within the limit it is approved at once. The same key returns the first.
-- Refuses: unknown_account, no_parts, unknown_payment, no_credit, not_to_tender, key_reused.
CREATE FUNCTION payments_credit_propose(
    p_account text, p_key text, p_parts jsonb, p_limit bigint, p_lately date, p_reason text, p_on date, p_actor text
) RETURNS payments_credit_refund LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_credit_refund;
    part record;
    payment payments_payment;
    v_total bigint;
    v_lately bigint;
    v_asked bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    SELECT sum((item ->> 'amount_cents')::bigint) INTO v_total FROM jsonb_array_elements(p_parts) item;
    IF coalesce(v_total, 0) <= 0 THEN
        PERFORM kernel_refuse('no_parts', 'there is no credit to give back');
    END IF;
    SELECT * INTO known FROM payments_credit_refund WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        IF known.amount_cents <> v_total THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another refund');
        END IF;
        RETURN known;
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO v_lately FROM payments_credit_refund
        WHERE account_number = p_account AND status = 'approved' AND decided_by = proposed_by AND decided_on >= p_lately;
    INSERT INTO payments_credit_refund (account_number, key, amount_cents, limit_cents, status, reason, proposed_by, proposed_on)
    VALUES (p_account, p_key, v_total, greatest(p_limit - v_lately, 0), 'proposed', p_reason, p_actor, p_on) RETURNING * INTO known;
    FOR part IN SELECT * FROM jsonb_to_recordset(p_parts) AS given (payment_id bigint, amount_cents bigint, way text) LOOP
        SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = part.payment_id;
        IF NOT FOUND THEN
            PERFORM kernel_refuse('unknown_payment');
        ELSIF part.way = 'tender' AND (payment.gateway = '' OR payment.method = 'transfer') THEN
            -- Money that moved with a joined account has no tender here: the one it had is another account's.
            PERFORM kernel_refuse('not_to_tender', 'no card or bank network took this money: it goes back by check');
        END IF;
        SELECT coalesce(sum(other.amount_cents), 0) INTO v_asked
        FROM payments_credit_part other JOIN payments_credit_refund head
          ON (head.account_number, head.id) = (other.account_number, other.credit_refund_id)
        WHERE other.account_number = p_account AND other.payment_id = part.payment_id AND head.status = 'proposed';
        IF payment.status NOT IN ('accepted', 'settled') OR part.amount_cents > payment.unapplied_cents - v_asked THEN
            PERFORM kernel_refuse('no_credit', 'the payment has less credit left than that');
        END IF;
        INSERT INTO payments_credit_part VALUES (p_account, known.id, part.payment_id, part.amount_cents, part.way);
    END LOOP;
    IF known.amount_cents <= known.limit_cents THEN
        RETURN payments_credit_decide(p_account, known.id, true, '', p_on, p_actor);
    END IF;
    RETURN known;
END $$;

-- Approve a refund of credit, which sets its money aside, or refuse it. Again does nothing.
-- Refuses: unknown_refund, same_person, decided, no_credit.
CREATE FUNCTION payments_credit_decide(p_account text, p_id bigint, p_approved boolean, p_decision text, p_on date, p_actor text)
RETURNS payments_credit_refund LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_credit_refund;
    part payments_credit_part;
    begun payments_refunding;
    v_credit bigint;
    v_status text := CASE WHEN p_approved THEN 'approved' ELSE 'refused' END;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM payments_credit_refund WHERE account_number = p_account AND id = p_id;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_refund');
    ELSIF known.status = v_status THEN
        RETURN known;
    ELSIF known.status <> 'proposed' THEN
        PERFORM kernel_refuse('decided', format('the refund was %s already', known.status));
    ELSIF p_approved AND known.amount_cents > known.limit_cents AND known.proposed_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'somebody else approves a refund above the limit');
    END IF;
    UPDATE payments_credit_refund SET status = v_status, decided_by = p_actor, decided_on = p_on, decision = p_decision
        WHERE account_number = p_account AND id = p_id RETURNING * INTO known;
    FOR part IN SELECT * FROM payments_credit_part WHERE account_number = p_account AND credit_refund_id = p_id AND p_approved ORDER BY payment_id LOOP
        -- A refund takes from bills what credit lacks; this one gives back credit and nothing else.
        SELECT unapplied_cents INTO v_credit FROM payments_payment WHERE account_number = p_account AND id = part.payment_id;
        IF v_credit < part.amount_cents THEN
            PERFORM kernel_refuse('no_credit', 'the credit was used meanwhile');
        END IF;
        begun := payments_refund_begin(p_account, part.payment_id, format('credit:%s:%s', p_id, part.payment_id), part.amount_cents, known.reason, p_on, p_actor);
        UPDATE payments_credit_part SET refund_id = begun.refund_id
            WHERE account_number = p_account AND credit_refund_id = p_id AND payment_id = part.payment_id;
        IF part.way = 'check' THEN
            -- Marked at once: the network that took the money is never asked to send what goes by check.
            PERFORM payments_note_refund(p_account, begun.refund_id, 'check');
        END IF;
    END LOOP;
    RETURN known;
END $$;

-- Checks. Numbers come from one sequence and are never given twice.
CREATE SEQUENCE payments_check_number START 100001;
CREATE SEQUENCE payments_check_run_id;

CREATE TABLE payments_check_run (
    id bigint PRIMARY KEY DEFAULT nextval('payments_check_run_id'),
    run_on date NOT NULL,
    actor text NOT NULL,
    checks integer NOT NULL DEFAULT 0,
    amount_cents bigint NOT NULL DEFAULT 0,
    made_at timestamptz NOT NULL DEFAULT now(),
    -- When its files were on disk: until then the next call writes them.
    written_at timestamptz
);

CREATE TABLE payments_check (
    account_number varchar(12) COLLATE "C" NOT NULL,
    number bigint NOT NULL UNIQUE DEFAULT nextval('payments_check_number'),
    refund_id bigint NOT NULL,
    run_id bigint NOT NULL REFERENCES payments_check_run,
    amount_cents ledger_amount NOT NULL,
    payee text NOT NULL CHECK (payee <> ''),
    address jsonb NOT NULL,
    issued_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('issued', 'cleared', 'stopped', 'stale')),
    ended_on date,
    ended_by text,
    reason text NOT NULL DEFAULT '',
    -- The run whose files told the bank not to pay it.
    void_run_id bigint REFERENCES payments_check_run,
    PRIMARY KEY (account_number, number),
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund,
    CHECK ((status = 'issued') = (ended_on IS NULL)),
    CHECK (void_run_id IS NULL OR status IN ('stopped', 'stale'))
);
CREATE UNIQUE INDEX payments_check_refund ON payments_check (account_number, refund_id) WHERE status IN ('issued', 'cleared');
CREATE INDEX payments_check_outstanding ON payments_check (issued_on) WHERE status = 'issued';
CREATE TRIGGER payments_check_guard
    BEFORE DELETE OR UPDATE OF account_number, number, refund_id, run_id, amount_cents, payee, address, issued_on
    ON payments_check FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Draw a check for every refund that waits for one and has somewhere to go; return the run, or null when
-- there was none. A run also tells the bank which checks not to pay, and may do only that.
-- Two at once: the second finds nothing left.
CREATE FUNCTION payments_checks_issue(p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waiting record;
    v_run bigint;
    v_number bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payments_checks_issue', 0));
    FOR waiting IN
        SELECT part.account_number, part.refund_id, refund.amount_cents,
               concat_ws(' ', nullif(m.first_name, ''), nullif(m.middle_name, ''), nullif(m.last_name, ''), nullif(m.suffix, '')) AS payee,
               jsonb_build_array(m.street, m.street2, m.city, m.state, m.postal_code) AS address
        FROM payments_refund refund
        JOIN payments_credit_part part ON (part.account_number, part.refund_id) = (refund.account_number, refund.id)
        JOIN accounts_account a ON a.number = part.account_number
        JOIN members_member m ON m.id = a.holder_id
        WHERE refund.status = 'requested' AND part.way = 'check' AND m.street <> '' AND m.city <> '' AND m.postal_code <> ''
        ORDER BY part.account_number, part.refund_id
    LOOP
        PERFORM 1 FROM ledger_balance WHERE account_number = waiting.account_number FOR NO KEY UPDATE;
        -- Taken back while this waited for the account.
        CONTINUE WHEN NOT EXISTS (SELECT 1 FROM payments_refund WHERE account_number = waiting.account_number AND id = waiting.refund_id AND status = 'requested');
        IF v_run IS NULL THEN
            INSERT INTO payments_check_run (run_on, actor) VALUES (p_on, p_actor) RETURNING id INTO v_run;
        END IF;
        INSERT INTO payments_check (account_number, refund_id, run_id, amount_cents, payee, address, issued_on, status)
        VALUES (waiting.account_number, waiting.refund_id, v_run, waiting.amount_cents, waiting.payee, waiting.address, p_on, 'issued')
        RETURNING number INTO v_number;
        PERFORM payments_refund_finish(waiting.account_number, waiting.refund_id, true, 'check:' || v_number, p_on, p_actor);
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'check.issue', waiting.account_number, jsonb_build_object('check', v_number, 'refund_id', waiting.refund_id), '');
    END LOOP;
    IF v_run IS NULL AND EXISTS (SELECT 1 FROM payments_check WHERE status IN ('stopped', 'stale') AND void_run_id IS NULL) THEN
        INSERT INTO payments_check_run (run_on, actor) VALUES (p_on, p_actor) RETURNING id INTO v_run;
    END IF;
    UPDATE payments_check SET void_run_id = v_run WHERE status IN ('stopped', 'stale') AND void_run_id IS NULL AND v_run IS NOT NULL;
    UPDATE payments_check_run SET (checks, amount_cents) = (SELECT count(*), coalesce(sum(amount_cents), 0) FROM payments_check WHERE run_id = v_run)
        WHERE id = v_run;
    RETURN v_run;
END $$;

CREATE FUNCTION payments_checks_written(p_run bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE payments_check_run SET written_at = coalesce(written_at, now()) WHERE id = p_run
$$;

-- What became of a check: the bank paid it, or it was stopped or grew stale and its money is credit again.
-- Again does nothing and returns false. Refuses: unknown_check, ended, amount_differs.
CREATE FUNCTION payments_check_end(p_number bigint, p_status text, p_amount bigint, p_reason text, p_on date, p_actor text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_check;
BEGIN
    SELECT * INTO known FROM payments_check WHERE number = p_number;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_check', 'no check has this number');
    END IF;
    PERFORM 1 FROM ledger_balance WHERE account_number = known.account_number FOR NO KEY UPDATE;
    SELECT * INTO known FROM payments_check WHERE account_number = known.account_number AND number = p_number;
    IF known.status = p_status THEN
        RETURN false;
    ELSIF known.status <> 'issued' THEN
        PERFORM kernel_refuse('ended', format('the check is %s already', known.status));
    ELSIF p_status = 'cleared' AND p_amount <> known.amount_cents THEN
        PERFORM kernel_refuse('amount_differs', format('the check was drawn for %s cents', known.amount_cents));
    END IF;
    UPDATE payments_check SET status = p_status, ended_on = p_on, ended_by = p_actor, reason = p_reason
        WHERE account_number = known.account_number AND number = p_number;
    IF p_status <> 'cleared' THEN
        PERFORM payments_refund_finish(known.account_number, known.refund_id, false, '', p_on, p_actor);
    END IF;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    VALUES (p_actor, 'check.' || p_status, known.account_number, jsonb_build_object('check', p_number, 'reason', p_reason), '');
    RETURN true;
END $$;

-- Credit nobody claimed, turned over to a state's unclaimed property: which, by what rule, since when.
CREATE TABLE payments_escheat (
    account_number varchar(12) COLLATE "C" NOT NULL,
    payment_id bigint NOT NULL,
    refund_id bigint NOT NULL,
    state text NOT NULL CHECK (length(state) = 2),
    amount_cents ledger_amount NOT NULL,
    dormant_since date NOT NULL,
    months smallint NOT NULL CHECK (months > 0),
    citation text NOT NULL CHECK (citation <> ''),
    turned_over_on date NOT NULL,
    actor text NOT NULL,
    PRIMARY KEY (account_number, refund_id),
    FOREIGN KEY (account_number, refund_id) REFERENCES payments_refund,
    CHECK (turned_over_on > dormant_since)
);
CREATE TRIGGER payments_escheat_guard BEFORE UPDATE OR DELETE ON payments_escheat
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Turn the credit of one payment over: Dr unapplied credit, Cr unclaimed property, by way of a refund that is
-- sent at once, so that the payment tells where its money went. Refuses: unknown_payment, no_credit, asked_for.
CREATE FUNCTION payments_turn_over(
    p_account text, p_payment bigint, p_state text, p_since date, p_months integer, p_citation text, p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    begun payments_refunding;
BEGIN
    IF payment.unapplied_cents = 0 THEN
        PERFORM kernel_refuse('no_credit', 'the payment has no credit left');
    END IF;
    PERFORM 1 FROM payments_credit_part part JOIN payments_credit_refund head ON (head.account_number, head.id) = (part.account_number, part.credit_refund_id)
        WHERE part.account_number = p_account AND part.payment_id = p_payment AND head.status = 'proposed';
    IF FOUND THEN
        PERFORM kernel_refuse('asked_for', 'a refund of this credit waits for approval');
    END IF;
    begun := payments_refund_begin(p_account, p_payment, format('escheat:%s:%s', p_payment, p_on), payment.unapplied_cents,
                                   'unclaimed property of ' || p_state, p_on, p_actor);
    PERFORM ledger_post(p_account, 2030::smallint, 2060::smallint, payment.unapplied_cents, 'escheat', p_on, 'payment:' || p_payment);
    UPDATE payments_refund SET status = 'sent' WHERE account_number = p_account AND id = begun.refund_id;
    INSERT INTO payments_escheat VALUES (p_account, p_payment, begun.refund_id, p_state, payment.unapplied_cents, p_since, p_months, p_citation, p_on, p_actor);
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    VALUES (p_actor, 'credit.turn_over', p_account, jsonb_build_object('payment_id', p_payment, 'state', p_state, 'cents', payment.unapplied_cents), '');
    RETURN payment.unapplied_cents;
END $$;

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_credit_refund', 'payments_credit_part', 'payments_check', 'payments_escheat'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;
