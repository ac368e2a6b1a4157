-- What follows from a return: no more from that bank account, another try, a fee, a person's look.

-- Follow up the rows of these accounts that were applied, in the transaction that applied them.
-- p_retry_on: the days of the second and third presentment. p_fees: {"CA": cents} by the holder's state.
CREATE FUNCTION payments_ach_return_follow(
    p_batch text, p_first text, p_next text, p_on date, p_retry_on date[], p_fees jsonb, p_due_on date, p_actor text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMP TABLE ach_followed ON COMMIT DROP AS
        SELECT r.position, r.code, r.outcome, r.is_late, r.stops, r.retries, r.needs_person, e.account_number, e.id AS entry_id, e.kind, e.payment_id, e.bank_id,
               e.amount_cents, e.sec, e.is_recurring, e.attempt, coalesce(e.root_id, e.id) AS root_id
        FROM payments_ach_return_row r JOIN payments_ach_entry e ON (e.account_number, e.id) = (r.account_number, r.entry_id)
        WHERE r.batch = p_batch AND r.outcome IN ('applied', 'after_refund') AND r.account_number >= p_first AND (p_next IS NULL OR r.account_number < p_next);
    ANALYZE ach_followed;
    PERFORM payments_ach_stop_bank(account_number, bank_id, 'stopped', min(code), p_on, p_actor) FROM ach_followed WHERE stops GROUP BY account_number, bank_id;
    PERFORM payments_ach_retry(p_retry_on, p_actor);
    PERFORM billing_raise(f.account_number, 'returned-item-fee:' || f.entry_id, 'medical', 'Returned payment fee', NULL, ledger_open_on(p_on), greatest(p_due_on, ledger_open_on(p_on)),
                jsonb_build_array(jsonb_build_object('description', 'Fee for a payment your bank returned', 'amount_cents', (p_fees ->> m.state)::bigint)), 5030::smallint)
        FROM ach_followed f JOIN accounts_account a ON a.number = f.account_number AND a.merged_into IS NULL JOIN members_member m ON m.id = a.holder_id
        WHERE f.retries AND f.kind = 'debit' AND f.attempt = 1 AND f.outcome = 'applied' AND p_fees ? m.state;
    INSERT INTO payments_ach_exception (key, kind, account_number, entry_id, code, amount_cents, line, note, opened_at, closed_by)
        SELECT format('%s:%s:%s', account_number, entry_id, kind), kind, account_number, entry_id, code, amount_cents, 0, '', now(), ''
        FROM (SELECT account_number, entry_id, code, amount_cents,
                     CASE WHEN outcome = 'after_refund' OR EXISTS (SELECT 1 FROM payments_ach_return k WHERE (k.account_number, k.entry_id) = (f.account_number, f.entry_id) AND k.claim_cents > 0) THEN 'after_refund'
                          WHEN f.kind = 'credit' THEN 'refund_came_back' WHEN is_late THEN 'late' ELSE 'review' END AS kind, needs_person, is_late, outcome
              FROM ach_followed f) said
        WHERE needs_person OR kind <> 'review' ON CONFLICT (key) DO NOTHING;
    DROP TABLE ach_followed;
END $$;

-- Queue the entries of ach_followed that may be presented again. A payment of its own for each: what came back
-- stays as it was. Source: Nacha Operating Rules 2.12.4: same amount, at most twice, within 180 days.
CREATE FUNCTION payments_ach_retry(p_retry_on date[], p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMP TABLE ach_again ON COMMIT DROP AS
        SELECT f.*, nextval('payments_payment_id') AS again_id, p_retry_on[f.attempt] AS wanted_on, p.channel, p.bills, p.tender, p.payer
        FROM ach_followed f
        JOIN payments_payment p ON (p.account_number, p.id) = (f.account_number, f.payment_id)
        JOIN payments_ach_entry root ON (root.account_number, root.id) = (f.account_number, f.root_id)
        JOIN payments_ach_batch b ON (b.file_id, b.number) = (root.file_id, root.batch)
        JOIN payments_ach_bank k ON (k.account_number, k.id) = (f.account_number, f.bank_id)
        JOIN ledger_balance l ON l.account_number = f.account_number
        WHERE f.retries AND f.kind = 'debit' AND f.outcome = 'applied' AND f.attempt < 3 AND k.status = 'active' AND NOT l.closed
          AND p_retry_on[f.attempt] <= b.retry_until
        ORDER BY f.account_number, f.entry_id;
    INSERT INTO payments_payment (account_number, id, key, amount_cents, method, channel, bills, status, gateway, tender, payer, effective_on)
        SELECT account_number, again_id, 'ach-retry:' || entry_id, amount_cents, 'ach', channel, bills, 'authorising', 'ach', tender, payer, wanted_on FROM ach_again;
    INSERT INTO payments_move (account_number, payment_id, from_status, to_status, actor) SELECT account_number, again_id, '', 'authorising', p_actor FROM ach_again;
    INSERT INTO payments_ach_entry (account_number, kind, payment_id, bank_id, amount_cents, sec, description, wanted_on, is_recurring, attempt, root_id)
        SELECT account_number, 'debit', again_id, bank_id, amount_cents, sec, 'RETRY PYMT', wanted_on, is_recurring, attempt + 1, root_id FROM ach_again;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        SELECT p_actor, 'payment.authorising', account_number, jsonb_build_object('payment_id', again_id, 'retries', payment_id), '' FROM ach_again;
    DROP TABLE ach_again;
END $$;

-- Give the rows nobody's entry answers to a person, and count what became of the others.
CREATE FUNCTION payments_ach_return_finish(p_batch text, p_source text) RETURNS TABLE (outcome text, code text, action text, count bigint, cents bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO payments_ach_exception (key, kind, code, amount_cents, line, note, opened_at, closed_by)
        SELECT p_source || ':' || r.line, r.outcome, r.code, r.amount_cents, r.line, '', now(), '' FROM payments_ach_return_row r
        WHERE r.batch = p_batch AND r.outcome IN ('unmatched', 'ambiguous') ON CONFLICT (key) DO NOTHING;
    RETURN QUERY SELECT r.outcome, r.code, r.action, count(*), sum(r.amount_cents)::bigint FROM payments_ach_return_row r
        WHERE r.batch = p_batch GROUP BY 1, 2, 3 ORDER BY 1, 2;
END $$;
