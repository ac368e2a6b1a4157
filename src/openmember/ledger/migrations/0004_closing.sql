-- Closed months: nothing is posted in them any more, and their figures are kept under a seal.
-- Open months pay nothing for it: closing hangs a trigger on the closed month's own partition.

-- Each closing and reopening; the newest row of a month says how it stands.
CREATE TABLE ledger_closing (
    month date NOT NULL CHECK (month = date_trunc('month', month)),
    position smallint NOT NULL,
    action text NOT NULL CHECK (action IN ('close', 'reopen')),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor ledger_word NOT NULL,
    -- Reopening is asked for by one person and agreed to by another.
    second_actor text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    -- SHA-256 over the figures of this closing.
    seal bytea,
    PRIMARY KEY (month, position),
    CHECK ((action = 'close') = (seal IS NOT NULL)),
    CHECK (action = 'close' OR (reason <> '' AND second_actor <> '' AND second_actor <> actor))
);

-- The trial balance of a closing, in cents. `closing` of one month is `opening` of the next.
CREATE TABLE ledger_closed_balance (
    month date NOT NULL,
    position smallint NOT NULL,
    code smallint NOT NULL,
    opening_cents bigint NOT NULL,
    debit_cents ledger_sum NOT NULL,
    credit_cents ledger_sum NOT NULL,
    closing_cents bigint NOT NULL,
    transfers bigint NOT NULL,
    transfer_seal bigint NOT NULL,
    PRIMARY KEY (month, position, code),
    FOREIGN KEY (month, position) REFERENCES ledger_closing,
    CHECK (closing_cents = opening_cents + debit_cents - credit_cents)
);

-- What else was reported at a closing, as it was reported: entries that adjust, ageing, cash.
CREATE TABLE ledger_closed_figure (
    month date NOT NULL,
    position smallint NOT NULL,
    report ledger_word NOT NULL,
    line integer NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (month, position, report, line),
    FOREIGN KEY (month, position) REFERENCES ledger_closing
);

-- A month somebody asked to reopen, until another person agrees or the request is withdrawn.
CREATE TABLE ledger_reopening (
    month date PRIMARY KEY,
    actor ledger_word NOT NULL,
    reason ledger_word NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['ledger_closing', 'ledger_closed_balance', 'ledger_closed_figure'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION kernel_guard_history()', history || '_guard', history);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;

CREATE FUNCTION ledger_is_closed(p_on date) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT action = 'close' FROM ledger_closing WHERE month = date_trunc('month', p_on) ORDER BY position DESC LIMIT 1), false)
$$;

-- The day on which money that counts for p_on is booked: that day, or the first one that is still open.
-- Months are closed in order, so nothing after the last closed month is closed.
CREATE FUNCTION ledger_open_on(p_on date) RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT greatest(p_on, coalesce((
        SELECT (month + interval '1 month')::date FROM (
            SELECT DISTINCT ON (month) month, action FROM ledger_closing ORDER BY month, position DESC
        ) newest WHERE action = 'close' ORDER BY month DESC LIMIT 1), p_on))
$$;

CREATE FUNCTION ledger_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel_refuse('month_closed', format('%s is closed: book it on the first open day', to_char(NEW.effective_on, 'YYYY-MM')));
    RETURN NULL;
END $$;

-- Days of no month of their own share one partition; few rows go there, and each is looked up. A month nothing was
-- posted in is never closed itself: the next closed month has counted it as empty.
CREATE FUNCTION ledger_refuse_closed_other() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF ledger_open_on(NEW.effective_on) <> NEW.effective_on THEN
        PERFORM kernel_refuse('month_closed', format('%s is closed: book it on the first open day', to_char(NEW.effective_on, 'YYYY-MM')));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_month_closed BEFORE INSERT ON ledger_transfer_other
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_closed_other();

-- The months in which something was posted, the latest first, found by a look into each partition.
CREATE FUNCTION ledger_months() RETURNS SETOF date LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaf record;
    v_found boolean;
BEGIN
    FOR leaf IN
        SELECT c.relname, to_date(right(c.relname, 6), 'YYYYMM') AS month
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'ledger_transfer'::regclass AND c.relname ~ '_[0-9]{6}$' ORDER BY 2 DESC
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', leaf.relname) INTO v_found;
        IF v_found THEN
            RETURN NEXT leaf.month;
        END IF;
    END LOOP;
    RETURN QUERY SELECT DISTINCT date_trunc('month', effective_on)::date FROM ledger_transfer_other;
END $$;

-- Every code's opening, movement and closing of a month, and what was posted. Balanced, as each row is.
CREATE FUNCTION ledger_trial_balance(p_month date)
RETURNS TABLE (code smallint, opening_cents bigint, debit_cents bigint, credit_cents bigint, transfers bigint, transfer_seal bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- What earlier closings say of the past is not added up again.
    WITH before AS (
        SELECT month, position FROM ledger_closing c
        WHERE action = 'close' AND month < p_month
          AND NOT EXISTS (SELECT 1 FROM ledger_closing later WHERE later.month = c.month AND later.position > c.position)
        ORDER BY month DESC LIMIT 1
    ), since AS (
        SELECT coalesce((SELECT (month + interval '1 month')::date FROM before), '-infinity'::date) AS first_on
    ), moved AS (
        SELECT debit, credit, effective_on >= p_month AS is_now, sum(amount_cents)::bigint AS cents, count(*) AS transfers, bit_xor(seal) AS seal
        FROM ledger_transfer
        WHERE effective_on >= (SELECT first_on FROM since) AND effective_on < (p_month + interval '1 month')::date
        GROUP BY 1, 2, 3
    ), side AS (
        SELECT debit::smallint AS code, is_now, cents AS debit, 0::bigint AS credit, transfers, seal FROM moved
        UNION ALL
        SELECT credit, is_now, 0, cents, 0, 0 FROM moved
    )
    SELECT l.code,
           (coalesce((SELECT k.closing_cents FROM ledger_closed_balance k JOIN before USING (month, position) WHERE k.code = l.code), 0)
            + coalesce(sum(s.debit - s.credit) FILTER (WHERE NOT s.is_now), 0))::bigint,
           coalesce(sum(s.debit) FILTER (WHERE s.is_now), 0)::bigint,
           coalesce(sum(s.credit) FILTER (WHERE s.is_now), 0)::bigint,
           coalesce(sum(s.transfers) FILTER (WHERE s.is_now), 0)::bigint,
           coalesce(bit_xor(s.seal) FILTER (WHERE s.is_now), 0)::bigint
    FROM ledger_code l LEFT JOIN side s ON s.code = l.code
    GROUP BY l.code ORDER BY l.code
$$;

-- The seal of a closing's figures: every row of both tables, in order, each part quoted.
CREATE FUNCTION ledger_closing_seal(p_month date, p_position smallint) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sha256(convert_to(
        coalesce((SELECT string_agg(concat_ws('|', code, opening_cents, debit_cents, credit_cents, closing_cents, transfers, transfer_seal), E'\n' ORDER BY code)
                  FROM ledger_closed_balance WHERE month = p_month AND position = p_position), '') || E'\n\n' ||
        coalesce((SELECT string_agg(concat_ws('|', quote_literal(report), line, quote_literal(facts::text)), E'\n' ORDER BY report, line)
                  FROM ledger_closed_figure WHERE month = p_month AND position = p_position), ''), 'UTF8'))
$$;

-- Wait for whoever is posting in a month, and let nobody post there until this transaction ends.
CREATE FUNCTION ledger_lock_month(p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaf text := 'ledger_transfer_' || to_char(p_month, 'YYYYMM');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_closing'));
    PERFORM kernel_open_months('ledger_transfer'::regclass, p_month, p_month);
    -- Better to be asked again than to hold up every payment behind one that hangs.
    PERFORM set_config('lock_timeout', '10s', true);
    LOCK TABLE ledger_transfer_other IN SHARE ROW EXCLUSIVE MODE;
    IF to_regclass(leaf) IS NOT NULL THEN
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', leaf);
    END IF;
END $$;

-- Refuse postings in a month and in those before it: its trial balance counts what they hold. Only closing can use it.
CREATE FUNCTION ledger_refuse_until(p_month date) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    leaf record;
BEGIN
    FOR leaf IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'ledger_transfer'::regclass AND c.relname ~ '_[0-9]{6}$' AND to_date(right(c.relname, 6), 'YYYYMM') <= p_month
          AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'ledger_month_closed')
        ORDER BY c.relname
    LOOP
        EXECUTE format('CREATE TRIGGER ledger_month_closed BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION ledger_refuse_closed()', leaf.relname);
    END LOOP;
END $$;

-- Close a month: lock it, keep its trial balance and p_figures ([{"report", "line", "facts"}, ...]), seal both.
-- Returns the position of the closing. Refuses: already_closed, not_over, earlier_open, unbalanced.
CREATE FUNCTION ledger_close_month(p_month date, p_today date, p_figures jsonb, p_actor text) RETURNS smallint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_position smallint;
BEGIN
    p_month := date_trunc('month', p_month);
    PERFORM ledger_lock_month(p_month);
    PERFORM ledger_refuse_until(p_month);
    IF ledger_is_closed(p_month) THEN
        PERFORM kernel_refuse('already_closed', 'the month is closed already');
    ELSIF p_today < p_month + interval '1 month' THEN
        PERFORM kernel_refuse('not_over', 'the month is not over yet');
    ELSIF EXISTS (SELECT 1 FROM ledger_months() AS m (month) WHERE m.month < p_month AND NOT ledger_is_closed(m.month)) THEN
        PERFORM kernel_refuse('earlier_open', 'an earlier month is open still: close that first');
    END IF;
    SELECT count(*) + 1 INTO v_position FROM ledger_closing WHERE month = p_month;
    -- The row comes last, since it holds the seal of the others; until then the keys that lead to it wait.
    INSERT INTO ledger_closing (month, position, action, actor, seal) VALUES (p_month, v_position, 'close', p_actor, ledger_freeze(p_month, v_position, p_figures));
    IF (SELECT sum(closing_cents) FROM ledger_closed_balance WHERE month = p_month AND position = v_position) <> 0 THEN
        PERFORM kernel_refuse('unbalanced', 'debits and credits of the trial balance differ');
    END IF;
    DELETE FROM ledger_reopening WHERE month = p_month;
    RETURN v_position;
END $$;

ALTER TABLE ledger_closed_balance ALTER CONSTRAINT ledger_closed_balance_month_position_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ledger_closed_figure ALTER CONSTRAINT ledger_closed_figure_month_position_fkey DEFERRABLE INITIALLY DEFERRED;

-- Write the figures of a closing and return their seal. Works with its caller's rights: only closing can use it.
CREATE FUNCTION ledger_freeze(p_month date, p_position smallint, p_figures jsonb) RETURNS bytea
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_closed_balance
        SELECT p_month, p_position, code, opening_cents, debit_cents, credit_cents, opening_cents + debit_cents - credit_cents, transfers, transfer_seal
        FROM ledger_trial_balance(p_month);
    INSERT INTO ledger_closed_figure
        SELECT p_month, p_position, item ->> 'report', (item ->> 'line')::integer, item -> 'facts' FROM jsonb_array_elements(p_figures) item;
    RETURN ledger_closing_seal(p_month, p_position);
END $$;

-- Ask that a month be opened again. Refuses: not_closed, later_closed, asked_already.
CREATE FUNCTION ledger_ask_reopening(p_month date, p_reason text, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_closing'));
    IF NOT ledger_is_closed(p_month) THEN
        PERFORM kernel_refuse('not_closed', 'the month is open');
    ELSIF ledger_open_on((p_month + interval '1 month')::date) > p_month + interval '1 month' THEN
        PERFORM kernel_refuse('later_closed', 'a later month is closed: reopen that first');
    ELSIF EXISTS (SELECT 1 FROM ledger_reopening WHERE month = p_month) THEN
        PERFORM kernel_refuse('asked_already', 'reopening was asked for already');
    END IF;
    INSERT INTO ledger_reopening (month, actor, reason) VALUES (p_month, p_actor, p_reason);
END $$;

-- Withdraw such a request. Refuses: not_asked.
CREATE FUNCTION ledger_drop_reopening(p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM ledger_reopening WHERE month = p_month;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('not_asked', 'nobody asked to reopen the month');
    END IF;
END $$;

-- Agree that a month be opened again, and open it. Its figures stay; the next closing keeps its own.
-- Refuses: not_asked, same_person, not_closed, later_closed.
CREATE FUNCTION ledger_reopen_month(p_month date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked ledger_reopening;
    leaf text := 'ledger_transfer_' || to_char(p_month, 'YYYYMM');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger_closing'));
    SELECT * INTO asked FROM ledger_reopening WHERE month = p_month;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('not_asked', 'nobody asked to reopen the month');
    ELSIF asked.actor = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    ELSIF NOT ledger_is_closed(p_month) THEN
        PERFORM kernel_refuse('not_closed', 'the month is open');
    ELSIF ledger_open_on((p_month + interval '1 month')::date) > p_month + interval '1 month' THEN
        PERFORM kernel_refuse('later_closed', 'a later month is closed: reopen that first');
    END IF;
    INSERT INTO ledger_closing (month, position, action, actor, second_actor, reason)
        SELECT p_month, count(*) + 1, 'reopen', asked.actor, p_actor, asked.reason FROM ledger_closing WHERE month = p_month;
    DELETE FROM ledger_reopening WHERE month = p_month;
    PERFORM set_config('lock_timeout', '10s', true);
    IF to_regclass(leaf) IS NOT NULL THEN
        EXECUTE format('DROP TRIGGER IF EXISTS ledger_month_closed ON %I', leaf);
    END IF;
END $$;
