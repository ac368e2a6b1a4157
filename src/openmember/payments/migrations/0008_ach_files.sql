-- The life of an ACH file: gathered, written, answered by the bank, settled.

-- Queue refunds of bank debits whose money is the bank's no more to take back: they go where it came from.
CREATE FUNCTION payments_ach_queue_refunds(p_on date) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH queued AS (
        INSERT INTO payments_ach_entry (account_number, kind, payment_id, refund_id, bank_id, amount_cents, sec, description, wanted_on)
        SELECT r.account_number, 'credit', r.payment_id, r.id, e.bank_id, r.amount_cents,
               CASE e.sec WHEN 'CCD' THEN 'CCD' ELSE 'PPD' END, 'REFUND', p_on
        FROM payments_refund r
        JOIN payments_ach_entry e ON (e.account_number, e.payment_id) = (r.account_number, r.payment_id) AND e.kind = 'debit' AND e.state = 'sent'
        JOIN payments_ach_batch b ON (b.file_id, b.number) = (e.file_id, e.batch) AND b.settled_on IS NOT NULL AND b.final_on <= p_on
        JOIN payments_ach_bank k ON (k.account_number, k.id) = (e.account_number, e.bank_id) AND k.status <> 'stopped'
        WHERE r.status = 'requested' AND NOT EXISTS (
            SELECT 1 FROM payments_ach_entry c WHERE c.account_number = r.account_number AND c.refund_id = r.id)
        RETURNING 1
    )
    SELECT count(*) FROM queued
$$;

-- Drop what may no longer be presented again: the time is over, or less than that is owed by now. What a retry
-- was to pay is what counts: that the account owes something else is no reason to take the money again.
CREATE FUNCTION payments_ach_drop_retries(p_effective_on date, p_actor text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FILTER (WHERE payments_ach_cancel(e.account_number, e.id,
        CASE WHEN b.retry_until < p_effective_on THEN 'retry_too_late' ELSE 'paid_otherwise' END, p_effective_on, p_actor))
    FROM payments_ach_waiting w
    JOIN payments_ach_entry e ON (e.account_number, e.id) = (w.account_number, w.entry_id)
    JOIN payments_ach_entry root ON (root.account_number, root.id) = (e.account_number, e.root_id)
    JOIN payments_ach_batch b ON (b.file_id, b.number) = (root.file_id, root.batch)
    JOIN payments_payment p ON (p.account_number, p.id) = (e.account_number, e.payment_id)
    JOIN ledger_balance l ON l.account_number = e.account_number
    WHERE w.wanted_on <= p_effective_on
      AND (b.retry_until < p_effective_on OR e.amount_cents > CASE
           WHEN cardinality(p.bills) = 0 THEN l.premium_cents + l.medical_cents + l.pharmacy_cents
           ELSE (SELECT coalesce(sum(bill.open_cents), 0) FROM billing_bill bill
                 WHERE bill.account_number = e.account_number AND bill.id = ANY (p.bills) AND NOT bill.held
                   AND bill.month BETWEEN l.unsettled_since AND l.billed_until) END)
$$;

-- Gather what is to be in the banks' books by p_effective_on into one file; null when nothing is. `same day`
-- entries, up to p_same_day_limit each, go in batches for p_file_on when p_same_day. The dates of the clocks
-- come as {"effective_on": [final_on, claim_until, retry_until, usable_on]}.
CREATE FUNCTION payments_ach_gather(
    p_file_on date, p_effective_on date, p_same_day boolean, p_same_day_limit bigint, p_clocks jsonb, p_sender jsonb,
    p_batch_entries integer, p_file_entries integer, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    v_file bigint;
    v_count bigint;
    v_modifier text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_ach_gather'));
    PERFORM payments_ach_drop_retries(p_effective_on, p_actor);
    PERFORM payments_ach_queue_refunds(p_file_on);
    -- Trace numbers rise within a batch: where they begin anew, a batch does.
    CREATE TEMP TABLE ach_gathered ON COMMIT DROP AS
        SELECT account_number, id, kind, sec, description, amount_cents, version, same_day,
               dense_rank() OVER (ORDER BY kind, sec, description, same_day, part)::integer AS batch
        FROM (
            SELECT chosen.*, id / 9999900 * 1000000
                   + (row_number() OVER (PARTITION BY kind, sec, description, same_day, id / 9999900 ORDER BY id) - 1) / p_batch_entries AS part
            FROM (
                SELECT e.account_number, e.id, e.kind, e.sec, e.description, e.amount_cents, d.version,
                       e.same_day AND p_same_day AND e.kind = 'debit' AND e.wanted_on <= p_file_on AND e.amount_cents <= p_same_day_limit AS same_day
                FROM payments_ach_waiting w
                JOIN payments_ach_entry e ON (e.account_number, e.id) = (w.account_number, w.entry_id)
                JOIN payments_ach_bank k ON (k.account_number, k.id) = (e.account_number, e.bank_id)
                JOIN (SELECT account_number, bank_id, max(version) AS version FROM payments_ach_bank_detail GROUP BY 1, 2) d
                    ON (d.account_number, d.bank_id) = (e.account_number, e.bank_id)
                WHERE w.wanted_on <= p_effective_on
                  AND CASE e.kind WHEN 'debit' THEN k.status = 'active' AND k.usable_on <= p_effective_on WHEN 'prenote' THEN k.status = 'active' ELSE true END
                ORDER BY e.id LIMIT p_file_entries
            ) chosen
        ) parted;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count = 0 THEN
        DROP TABLE ach_gathered;
        RETURN NULL;
    END IF;
    ANALYZE ach_gathered;
    v_count := (SELECT count(*) FROM payments_ach_file WHERE file_on = p_file_on);
    IF v_count > 35 THEN
        PERFORM kernel_refuse('too_many_files', 'a day has at most 36 files');
    END IF;
    v_modifier := substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', v_count::integer + 1, 1);
    INSERT INTO payments_ach_file (file_on, modifier, name, sender, entries, debit_cents, credit_cents, actor)
        SELECT p_file_on, v_modifier, format('ach-%s-%s.ach', to_char(p_file_on, 'YYYYMMDD'), lower(v_modifier)), p_sender, count(*),
               coalesce(sum(amount_cents) FILTER (WHERE kind = 'debit'), 0), coalesce(sum(amount_cents) FILTER (WHERE kind = 'credit'), 0), p_actor
        FROM ach_gathered RETURNING id INTO v_file;
    INSERT INTO payments_ach_batch (file_id, number, kind, sec, description, same_day, effective_on, final_on, claim_until, retry_until, entries, cents, first_entry, last_entry)
        SELECT v_file, batch, kind, sec, description, same_day, day,
               (p_clocks #>> ARRAY[day::text, '0'])::date, (p_clocks #>> ARRAY[day::text, '1'])::date, (p_clocks #>> ARRAY[day::text, '2'])::date, entries, cents, first_entry, last_entry
        FROM (SELECT batch, min(kind) AS kind, min(sec) AS sec, min(description) AS description, bool_or(same_day) AS same_day,
                     CASE WHEN bool_or(same_day) THEN p_file_on ELSE p_effective_on END AS day, count(*) AS entries, sum(amount_cents) AS cents, min(id) AS first_entry, max(id) AS last_entry
              FROM ach_gathered GROUP BY batch) b;
    UPDATE payments_ach_bank k SET usable_on = (p_clocks #>> ARRAY[p_effective_on::text, '3'])::date
        FROM ach_gathered g JOIN payments_ach_entry e ON (e.account_number, e.id) = (g.account_number, g.id)
        WHERE g.kind = 'prenote' AND (k.account_number, k.id) = (e.account_number, e.bank_id) AND k.usable_on > p_effective_on;
    UPDATE payments_ach_entry e SET state = 'sent', file_id = v_file, batch = g.batch, version = g.version
        FROM ach_gathered g WHERE (e.account_number, e.id) = (g.account_number, g.id) AND e.state = 'queued';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count <> (SELECT entries FROM payments_ach_file WHERE id = v_file) THEN
        RAISE EXCEPTION 'entries changed while they were gathered: try again' USING ERRCODE = 'serialization_failure';
    END IF;
    DELETE FROM payments_ach_waiting w USING ach_gathered g WHERE (w.account_number, w.entry_id) = (g.account_number, g.id);
    DROP TABLE ach_gathered;
    INSERT INTO kernel_audit_entry (actor, action, detail, digest)
    VALUES (p_actor, 'ach.gather', jsonb_build_object('file_id', v_file, 'entries', v_count), '');
    RETURN v_file;
END $$;

-- Hold a file that is still to be written, so that one writes it; false when it was written meanwhile.
CREATE FUNCTION payments_ach_claim(p_file bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM payments_ach_file WHERE id = p_file AND status = 'gathered' FOR UPDATE;
    RETURN FOUND;
END $$;

-- Note what was written. Refuses: wrong_totals when it is not what was gathered.
CREATE FUNCTION payments_ach_written(p_file bigint, p_sha256 text, p_entries bigint, p_debit bigint, p_credit bigint, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE payments_ach_file SET status = 'written', sha256 = p_sha256, written_at = now()
        WHERE id = p_file AND status = 'gathered' AND (entries, debit_cents, credit_cents) = (p_entries, p_debit, p_credit);
    IF NOT FOUND THEN
        PERFORM kernel_refuse('wrong_totals', 'the file holds something else than was gathered');
    END IF;
    INSERT INTO kernel_audit_entry (actor, action, detail, digest)
    VALUES (p_actor, 'ach.write', jsonb_build_object('file_id', p_file, 'sha256', p_sha256), '');
END $$;

-- The bank took the file, or refused it whole: then its entries wait for the next one. The same answer again
-- does nothing. Refuses: unknown_file, not_allowed.
CREATE FUNCTION payments_ach_answer(p_file bigint, p_accepted boolean, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_to text := CASE WHEN p_accepted THEN 'acknowledged' ELSE 'rejected' END;
    v_status text;
BEGIN
    SELECT status INTO v_status FROM payments_ach_file WHERE id = p_file FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_file');
    ELSIF v_status = v_to THEN
        RETURN false;
    ELSIF v_status <> 'written' THEN
        PERFORM kernel_refuse('not_allowed', format('a file that is %s cannot be %s', v_status, v_to));
    END IF;
    IF NOT p_accepted THEN
        PERFORM 1 FROM payments_ach_entry e JOIN payments_payment p ON (p.account_number, p.id) = (e.account_number, e.payment_id)
            WHERE e.file_id = p_file AND e.kind = 'debit' AND p.status NOT IN ('authorising', 'unknown') LIMIT 1;
        IF FOUND THEN
            PERFORM kernel_refuse('not_allowed', 'the bank sent entries of this file back: it took the file');
        END IF;
        UPDATE payments_ach_entry SET state = 'queued', file_id = NULL, batch = NULL, version = NULL WHERE file_id = p_file;
        INSERT INTO payments_ach_waiting SELECT account_number, id, wanted_on FROM payments_ach_entry WHERE file_id IS NULL AND state = 'queued'
            AND id BETWEEN (SELECT min(first_entry) FROM payments_ach_batch WHERE file_id = p_file) AND (SELECT max(last_entry) FROM payments_ach_batch WHERE file_id = p_file)
            ON CONFLICT DO NOTHING;
    END IF;
    UPDATE payments_ach_file SET status = v_to, answered_at = now() WHERE id = p_file;
    INSERT INTO kernel_audit_entry (actor, action, detail, digest)
    VALUES (p_actor, 'ach.' || v_to, jsonb_build_object('file_id', p_file), '');
    RETURN true;
END $$;

-- Lock many accounts in the order everybody locks them in, so that no two wait for one another.
CREATE FUNCTION payments_ach_lock(p_accounts text[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT 1 FROM ledger_balance WHERE account_number = ANY (p_accounts) ORDER BY account_number FOR NO KEY UPDATE
$$;

-- Count the money of entries of an acknowledged file, those after p_after in their order; return the last one's
-- id, null when none is left. Receipts are dated when the banks book them. Locks their accounts.
CREATE FUNCTION payments_ach_accept(p_file bigint, p_after bigint, p_limit integer, p_line_order text[], p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry record;
    answer payments_posted;
    v_last bigint;
    v_until bigint := (SELECT max(last_entry) FROM payments_ach_batch WHERE file_id = p_file);
BEGIN
    PERFORM payments_ach_lock(ARRAY(SELECT account_number FROM payments_ach_entry WHERE file_id = p_file AND id > p_after AND id <= v_until ORDER BY id LIMIT p_limit));
    FOR entry IN
        SELECT e.account_number, e.id, e.kind, e.payment_id, e.refund_id, b.effective_on FROM payments_ach_entry e
        JOIN payments_ach_batch b ON (b.file_id, b.number) = (e.file_id, e.batch)
        JOIN payments_ach_file f ON f.id = e.file_id AND f.status = 'acknowledged'
        WHERE e.file_id = p_file AND e.id > p_after AND e.id <= v_until ORDER BY e.id LIMIT p_limit
    LOOP
        v_last := entry.id;
        IF entry.kind = 'debit' THEN
            answer := payments_answer(entry.account_number, entry.payment_id, 'accepted', payments_ach_sequence(entry.id)::text, '',
                                      p_line_order, entry.effective_on, p_actor, '');
            CONTINUE WHEN answer.repeated;
            INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
            VALUES (p_actor, 'payment.accepted', entry.account_number, jsonb_build_object('payment_id', entry.payment_id, 'file_id', p_file), '');
        ELSIF entry.kind = 'credit' THEN
            PERFORM payments_refund_finish(entry.account_number, entry.refund_id, true, payments_ach_sequence(entry.id)::text, ledger_open_on(entry.effective_on), p_actor);
        END IF;
    END LOOP;
    RETURN v_last;
END $$;

-- Settle the accepted debits of a batch whose day has come, as payments_ach_accept goes through them.
CREATE FUNCTION payments_ach_settle(p_file bigint, p_batch integer, p_after bigint, p_limit integer, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry record;
    v_last bigint;
    v_until bigint := (SELECT last_entry FROM payments_ach_batch WHERE file_id = p_file AND number = p_batch);
    -- Settled after its month was closed, it is booked on the first open day.
    v_on date := ledger_open_on((SELECT effective_on FROM payments_ach_batch WHERE file_id = p_file AND number = p_batch));
BEGIN
    PERFORM payments_ach_lock(ARRAY(SELECT account_number FROM payments_ach_entry
        WHERE file_id = p_file AND batch = p_batch AND id > p_after AND id <= v_until ORDER BY id LIMIT p_limit));
    FOR entry IN
        SELECT e.account_number, e.id, e.payment_id, p.status FROM payments_ach_entry e
        JOIN payments_payment p ON (p.account_number, p.id) = (e.account_number, e.payment_id)
        WHERE e.file_id = p_file AND e.batch = p_batch AND e.kind = 'debit' AND e.id > p_after AND e.id <= v_until ORDER BY e.id LIMIT p_limit
    LOOP
        v_last := entry.id;
        IF entry.status = 'accepted' THEN
            PERFORM payments_settled(entry.account_number, entry.payment_id, v_on, p_actor);
        END IF;
    END LOOP;
    IF v_last IS NULL THEN
        UPDATE payments_ach_batch SET settled_on = effective_on WHERE file_id = p_file AND number = p_batch;
    END IF;
    RETURN v_last;
END $$;
