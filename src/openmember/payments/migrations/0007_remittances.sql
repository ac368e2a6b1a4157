-- Premium remittances (X12 820): payments of exchanges and employers, taken apart line by line.

CREATE SEQUENCE payments_remittance_id CACHE 20;

-- One payment of a file. It is posted whole or waits; what it said is never changed.
CREATE TABLE payments_remittance (
    id bigint PRIMARY KEY DEFAULT nextval('payments_remittance_id'),
    file_id bigint NOT NULL REFERENCES payments_remittance_file,
    segment_number integer NOT NULL,
    control text NOT NULL,
    payer text COLLATE "C" NOT NULL,
    payer_name text NOT NULL,
    trace text COLLATE "C" NOT NULL,
    method text NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents >= 0),
    paid_on date,
    state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'posted', 'repeated', 'set_aside')),
    posted_at timestamptz,
    UNIQUE (file_id, segment_number),
    CHECK ((state = 'posted') = (posted_at IS NOT NULL)),
    CHECK (state <> 'posted' OR paid_on IS NOT NULL)
);
-- A payer's trace stands for one payment, however often and in whatever file it comes.
CREATE UNIQUE INDEX payments_remittance_trace ON payments_remittance (payer, trace) WHERE state = 'posted';
CREATE TRIGGER payments_remittance_guard
    BEFORE DELETE OR UPDATE OF id, file_id, segment_number, control, payer, payer_name, trace, method, amount_cents, paid_on
    ON payments_remittance FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- One line of it, and the account it was found to be for. `numbers` may lead there; none is a Social
-- Security number.
CREATE TABLE payments_remittance_line (
    remittance_id bigint NOT NULL REFERENCES payments_remittance,
    position integer NOT NULL,
    -- Which of the payment's members, employees or groups it is for, counted from 1.
    entity integer NOT NULL,
    segment_number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('premium', 'aptc', 'csr', 'user_fee', 'unknown')),
    code text NOT NULL,
    amount_cents bigint NOT NULL,
    billed_cents bigint,
    period_on date,
    period_until date,
    bill_id bigint,
    numbers text[] NOT NULL,
    last_name text NOT NULL,
    first_name text NOT NULL,
    account_number varchar(12) COLLATE "C",
    trouble text NOT NULL DEFAULT '' CHECK (trouble IN ('', 'unknown_account', 'ambiguous', 'name_differs')),
    PRIMARY KEY (remittance_id, position)
);
CREATE TRIGGER payments_remittance_line_guard
    BEFORE DELETE OR UPDATE OF remittance_id, position, entity, segment_number, code, amount_cents, billed_cents, period_on, period_until, numbers, last_name, first_name
    ON payments_remittance_line FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What was posted to an account: a transfer for an exchange's money, a payment for a member's premium. Several
-- premium lines of one account may be one payment; `position` is then that of the first.
CREATE TABLE payments_remittance_posting (
    account_number varchar(12) COLLATE "C" NOT NULL,
    remittance_id bigint NOT NULL,
    position integer NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    transfer_id bigint,
    payment_id bigint,
    PRIMARY KEY (account_number, remittance_id, position),
    CHECK (num_nonnulls(transfer_id, payment_id) = 1),
    FOREIGN KEY (account_number, payment_id) REFERENCES payments_payment
);
CREATE INDEX payments_remittance_posting_by_remittance ON payments_remittance_posting (remittance_id);
CREATE TRIGGER payments_remittance_posting_guard BEFORE UPDATE OR DELETE ON payments_remittance_posting
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_remittance', 'payments_remittance_line', 'payments_remittance_posting'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()',
                       history || '_truncation', history);
    END LOOP;
END $$;

-- Note a payment that a file tells of; it waits until it is posted.
CREATE FUNCTION payments_remit_open(
    p_file bigint, p_segment integer, p_control text, p_payer text, p_payer_name text, p_trace text, p_method text,
    p_amount bigint, p_paid_on date
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO payments_remittance (file_id, segment_number, control, payer, payer_name, trace, method, amount_cents, paid_on)
    VALUES (p_file, p_segment, p_control, p_payer, p_payer_name, p_trace, p_method, p_amount, p_paid_on) RETURNING id
$$;

CREATE FUNCTION payments_fold_name(p_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(p_name, '[^[:alnum:]]', '', 'g'))
$$;

-- Find each line's account: by a number its sponsor enrolled it under, by the bill pay number, or by the
-- medical record number, where the name agrees. A number that leads to two accounts leads to none.
CREATE FUNCTION payments_remit_resolve(p_remittance bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE payments_remittance_line;
    WITH wanted AS (
        SELECT l.position, l.last_name, l.first_name, said.number
        FROM payments_remittance_line l CROSS JOIN LATERAL unnest(l.numbers) AS said (number)
        WHERE l.remittance_id = p_remittance AND l.account_number IS NULL
    ), known AS (
        SELECT w.position, e.account_number AS number,
               w.last_name = '' OR payments_fold_name(m.last_name) = payments_fold_name(w.last_name) AS agrees
        FROM wanted w CROSS JOIN coverage_sponsor s
        JOIN coverage_enrollee e ON e.sponsor_id = s.id AND e.subscriber_number = w.number
        JOIN members_member m ON m.id = e.member_id
        UNION ALL
        SELECT w.position, a.number, true FROM wanted w JOIN accounts_account a ON a.number = w.number
        UNION ALL
        -- Short numbers of other registers look alike, so both names must agree.
        SELECT w.position, p.account_number,
               payments_fold_name(m.last_name) = payments_fold_name(w.last_name)
               AND payments_fold_name(m.first_name) = payments_fold_name(w.first_name)
        FROM wanted w JOIN members_member m ON m.mrn = ltrim(w.number, '0') AND w.number ~ '^[0-9]+$'
        JOIN accounts_person p ON p.member_id = m.id
    ), found AS (
        SELECT k.position, count(DISTINCT coalesce(a.merged_into, a.number)) FILTER (WHERE k.agrees) AS agreeing,
               min(coalesce(a.merged_into, a.number)) FILTER (WHERE k.agrees) AS number
        FROM known k JOIN accounts_account a ON a.number = k.number GROUP BY k.position
    )
    UPDATE payments_remittance_line l SET
        account_number = CASE WHEN f.agreeing = 1 THEN f.number END,
        trouble = CASE WHEN f.agreeing = 1 THEN '' WHEN f.agreeing > 1 THEN 'ambiguous'
                       WHEN f.agreeing = 0 THEN 'name_differs' ELSE 'unknown_account' END
    FROM payments_remittance_line own LEFT JOIN found f ON f.position = own.position
    WHERE own.remittance_id = p_remittance AND l.remittance_id = p_remittance AND l.position = own.position
      AND l.account_number IS NULL;
END $$;

-- A person says which account a line is for, and what it is where the file did not; the other lines of its
-- entity that lead nowhere are then for that account too. Refuses: not_held.
CREATE FUNCTION payments_remit_choose(p_remittance bigint, p_position integer, p_account text, p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM payments_remittance WHERE id = p_remittance AND state = 'held' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('not_held', 'this payment does not wait any more');
    END IF;
    UPDATE payments_remittance_line SET account_number = p_account, kind = p_kind, trouble = ''
        WHERE remittance_id = p_remittance AND position = p_position;
    UPDATE payments_remittance_line l SET account_number = p_account, trouble = ''
        FROM payments_remittance_line chosen
        WHERE chosen.remittance_id = p_remittance AND chosen.position = p_position
          AND l.remittance_id = p_remittance AND l.entity = chosen.entity AND l.account_number IS NULL;
END $$;

-- Say that a payment will not be posted: again the same payment, or set aside by a person. Refuses: not_held.
CREATE FUNCTION payments_remit_close(p_remittance bigint, p_state text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE payments_remittance SET state = p_state
        WHERE id = p_remittance AND state = 'held' AND p_state IN ('repeated', 'set_aside');
    IF NOT FOUND THEN
        PERFORM kernel_refuse('not_held', 'this payment does not wait any more');
    END IF;
END $$;

-- Where an exchange's money stands.
CREATE FUNCTION payments_remit_code(p_kind text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE p_kind WHEN 'aptc' THEN 2040 WHEN 'csr' THEN 2045 WHEN 'user_fee' THEN 5050 END)::smallint
$$;

-- Post the lines that are no member's own payment: tax credits, cost-sharing reductions, user fees.
-- What the exchange takes back or keeps is posted the other way round.
-- Locks the balance rows of every account the payment names, in their order, so that the payments which
-- follow in this transaction wait for nobody. Refuses: not_held, unknown_account, unknown_kind.
CREATE FUNCTION payments_remit_transfers(p_remittance bigint, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    remittance payments_remittance;
    line payments_remittance_line;
    v_on date;
    v_code smallint;
    v_transfer bigint;
BEGIN
    SELECT * INTO remittance FROM payments_remittance WHERE id = p_remittance FOR UPDATE;
    IF remittance.state IS DISTINCT FROM 'held' THEN
        PERFORM kernel_refuse('not_held', 'this payment does not wait any more');
    END IF;
    -- Late money is booked on the first open day.
    v_on := ledger_open_on(remittance.paid_on);
    -- Accounts may have been joined since the lines were looked at.
    UPDATE payments_remittance_line l SET account_number = a.merged_into
        FROM accounts_account a WHERE l.remittance_id = p_remittance AND a.number = l.account_number AND a.merged_into IS NOT NULL;
    PERFORM 1 FROM ledger_balance WHERE account_number IN (
        SELECT account_number FROM payments_remittance_line WHERE remittance_id = p_remittance)
        ORDER BY account_number FOR NO KEY UPDATE;
    FOR line IN SELECT * FROM payments_remittance_line
        WHERE remittance_id = p_remittance AND kind <> 'premium' ORDER BY account_number, position
    LOOP
        v_code := payments_remit_code(line.kind);
        IF line.account_number IS NULL THEN
            PERFORM kernel_refuse('unknown_account');
        ELSIF v_code IS NULL THEN
            PERFORM kernel_refuse('unknown_kind', 'a line is of no kind known');
        END IF;
        CONTINUE WHEN line.amount_cents = 0;
        v_transfer := CASE WHEN line.amount_cents > 0
            THEN ledger_post(line.account_number, 1010::smallint, v_code, line.amount_cents, line.kind, v_on, 'remittance:' || p_remittance)
            ELSE ledger_post(line.account_number, v_code, 1010::smallint, -line.amount_cents, line.kind, v_on, 'remittance:' || p_remittance) END;
        INSERT INTO payments_remittance_posting (account_number, remittance_id, position, amount_cents, transfer_id)
        VALUES (line.account_number, p_remittance, line.position, line.amount_cents, v_transfer);
    END LOOP;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        SELECT p_actor, 'remittance.post', account_number, jsonb_build_object('remittance_id', p_remittance, 'transfers', count(*)), ''
        FROM payments_remittance_posting WHERE remittance_id = p_remittance GROUP BY account_number;
END $$;

-- Note the members' payments, which the door's batch has posted, and call the payment posted: only when
-- what was posted is to the cent what it says. Refuses: does_not_add_up.
CREATE FUNCTION payments_remit_finish(p_remittance bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_posted bigint;
    v_amount bigint;
BEGIN
    INSERT INTO payments_remittance_posting (account_number, remittance_id, position, amount_cents, payment_id)
        SELECT p.account_number, p_remittance, split_part(p.key, ':', 3)::integer, p.amount_cents, p.id
        FROM (SELECT DISTINCT account_number FROM payments_remittance_line WHERE remittance_id = p_remittance AND kind = 'premium') own
        JOIN payments_payment p ON p.account_number = own.account_number
            AND p.key >= format('820:%s:', p_remittance) AND p.key < format('820:%s;', p_remittance);
    SELECT coalesce(sum(amount_cents), 0) INTO v_posted FROM payments_remittance_posting WHERE remittance_id = p_remittance;
    UPDATE payments_remittance SET state = 'posted', posted_at = now() WHERE id = p_remittance RETURNING amount_cents INTO v_amount;
    IF v_posted <> v_amount THEN
        PERFORM kernel_refuse('does_not_add_up', format('%s cents would be posted of %s', v_posted, v_amount));
    END IF;
END $$;

-- Make what an episode of care asks for p_target: more is a bill of its own, less comes off its bills, the
-- newest first. What was paid of that becomes credit, and credit goes to what is open by the rule.
-- p_lines add up to the target; p_before says what was asked for before. Returns the bill raised, or null, and by how much
-- the episode changed. Refuses: what billing_raise refuses; beyond_bills when its bills ask for less than is to come off.
CREATE FUNCTION payments_ask_episode(
    p_account text, p_episode text, p_target bigint, p_line text, p_title text, p_member bigint, p_lines jsonb, p_before text,
    p_issued_on date, p_due_on date, p_reason text, p_basis text, p_line_order text[], p_actor text,
    OUT bill_id bigint, OUT changed_cents bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_asked bigint;
    v_left bigint;
    v_part bigint;
    v_take bigint;
    bill record;
    paid record;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    v_asked := billing_episode_asked(p_account, p_episode);
    changed_cents := p_target - v_asked;
    IF changed_cents > 0 THEN
        IF v_asked <> 0 THEN
            p_lines := p_lines || jsonb_build_object('description', p_before, 'amount_cents', -v_asked);
        END IF;
        bill_id := billing_episode_ask(p_account, p_episode, p_line, p_title, p_member, p_issued_on, p_due_on, p_lines, p_basis, p_actor);
        IF (SELECT amount_cents FROM billing_find(p_account, date_trunc('month', p_issued_on)::date, bill_id)) <> changed_cents THEN
            PERFORM kernel_refuse('lines_differ', 'the lines do not add up to what is asked');
        END IF;
    ELSIF changed_cents < 0 THEN
        v_left := -changed_cents;
        FOR bill IN SELECT * FROM billing_episode_bills(p_account, p_episode) ORDER BY month DESC, id DESC LOOP
            EXIT WHEN v_left = 0;
            v_part := least(v_left, bill.amount_cents + bill.adjusted_cents);
            v_take := greatest(v_part - bill.open_cents, 0);
            FOR paid IN SELECT a.payment_id, sum(a.amount_cents)::bigint AS cents FROM payments_allocation a
                WHERE a.account_number = p_account AND a.bill_month = bill.month AND a.bill_id = bill.id
                GROUP BY 1 HAVING sum(a.amount_cents) > 0 ORDER BY 1 DESC
            LOOP
                EXIT WHEN v_take = 0;
                PERFORM payments_take_back(p_account, paid.payment_id, bill.id, least(v_take, paid.cents), p_issued_on, p_actor);
                v_take := v_take - least(v_take, paid.cents);
            END LOOP;
            PERFORM billing_episode_release(p_account, p_episode, bill.id, v_part, p_reason, p_basis, p_issued_on, p_actor);
            v_left := v_left - v_part;
        END LOOP;
        IF v_left > 0 THEN
            PERFORM kernel_refuse('beyond_bills', 'its bills ask for less than is to come off');
        END IF;
    END IF;
    IF changed_cents <> 0 THEN
        PERFORM payments_use_credit(p_account, p_line_order, p_issued_on, p_actor);
    END IF;
END $$;
