-- How a run begins, is taken up again, and ends.

-- Begin a run or a preview, or take up the run of this month that was broken off. Returns its id.
-- Refuses: run_unfinished when another month's run was broken off, or a preview is asked for meanwhile.
-- The caller holds the lock that keeps runs apart.
CREATE FUNCTION billing_premium_begin(
    p_month date, p_is_preview boolean, p_reason text, p_actor text, p_rules jsonb, p_dates jsonb, p_look_back date, p_size integer
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_premium_run;
    v_id bigint;
BEGIN
    UPDATE billing_premium_run SET state = 'abandoned', ended_at = clock_timestamp() WHERE is_preview AND state = 'pricing';
    SELECT * INTO known FROM billing_premium_run WHERE state IN ('pricing', 'writing') AND NOT is_preview FOR UPDATE;
    IF FOUND THEN
        IF p_is_preview OR known.month <> p_month THEN
            PERFORM kernel_refuse('run_unfinished', to_char(known.month, 'YYYY-MM'));
        END IF;
        PERFORM billing_premium_restage(known.id);
        RETURN known.id;
    END IF;
    PERFORM kernel_open_months('billing_premium', p_month, p_month);
    PERFORM kernel_open_months('billing_bill', (day ->> 0)::date, (day ->> 0)::date),
            kernel_open_months('ledger_transfer', (day ->> 0)::date, (day ->> 0)::date)
        FROM jsonb_each(p_dates) dated (region, day);
    TRUNCATE billing_premium_item, billing_premium_seen;
    INSERT INTO billing_premium_run (month, is_preview, reason, actor, rules, dates, look_back)
        VALUES (p_month, p_is_preview, p_reason, p_actor, p_rules, p_dates, p_look_back) RETURNING id INTO v_id;
    INSERT INTO billing_premium_range (run_id, position, first_number, next_number)
        SELECT v_id, place / p_size, CASE place WHEN 0 THEN '' ELSE number END, lead(number, 1, '~') OVER (ORDER BY number)
        FROM (SELECT number, (row_number() OVER (ORDER BY number) - 1)::integer AS place FROM accounts_account) placed
        WHERE place % p_size = 0;
    RETURN v_id;
END $$;

-- What was priced is lost with the server: where it is, it is priced again.
CREATE FUNCTION billing_premium_restage(p_run bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_expected bigint;
    v_staged bigint;
BEGIN
    SELECT coalesce(sum(items), 0) INTO v_expected FROM billing_premium_range
        WHERE run_id = p_run AND priced_at IS NOT NULL AND written_at IS NULL;
    SELECT count(*) INTO v_staged FROM billing_premium_item i JOIN billing_premium_range r ON r.run_id = p_run AND r.position = i.position
        WHERE r.priced_at IS NOT NULL AND r.written_at IS NULL;
    IF v_expected = v_staged THEN
        RETURN;
    END IF;
    TRUNCATE billing_premium_item, billing_premium_seen;
    DELETE FROM billing_premium_total t USING billing_premium_range r
        WHERE t.run_id = p_run AND r.run_id = p_run AND r.position = t.position AND r.written_at IS NULL;
    DELETE FROM billing_premium_unpriced u USING billing_premium_range r
        WHERE u.run_id = p_run AND r.run_id = p_run AND r.position = u.position AND r.written_at IS NULL;
    UPDATE billing_premium_range SET priced_at = NULL, items = 0 WHERE run_id = p_run AND written_at IS NULL;
    UPDATE billing_premium_run SET state = 'pricing', priced_at = NULL WHERE id = p_run;
END $$;

-- Let a run go on to its next state. Refuses: wrong_state where it is not at one before.
CREATE FUNCTION billing_premium_move(p_run bigint, p_state text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE billing_premium_run SET
        state = p_state,
        priced_at = CASE WHEN p_state <> 'done' THEN clock_timestamp() ELSE priced_at END,
        ended_at = CASE WHEN p_state <> 'writing' THEN clock_timestamp() END
    WHERE id = p_run AND CASE p_state
        WHEN 'done' THEN state = 'writing' AND NOT EXISTS (SELECT 1 FROM billing_premium_range WHERE run_id = p_run AND written_at IS NULL)
        ELSE state = 'pricing' AND is_preview = (p_state = 'previewed')
             AND NOT EXISTS (SELECT 1 FROM billing_premium_range WHERE run_id = p_run AND priced_at IS NULL) END;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('wrong_state');
    END IF;
    IF p_state = 'writing' THEN
        -- Nothing else tells the planner how much there is to bill.
        ANALYZE billing_premium_item;
    ELSE
        TRUNCATE billing_premium_item, billing_premium_seen;
    END IF;
END $$;
