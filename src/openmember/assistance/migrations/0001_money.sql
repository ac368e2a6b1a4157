-- What was decided, and what it takes off the bills.

CREATE SEQUENCE assistance_decision_id CACHE 20;

-- One decision. With a discount it is an award: bills of its lines get it that were issued since covers_from
-- (all there were, or only bill_ids where some were named) and, later ones, until covers_until.
-- Never changed: an appeal adds another, and of several the one that takes most off a bill counts.
CREATE TABLE assistance_decision (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL DEFAULT nextval('assistance_decision_id'),
    application_id bigint NOT NULL REFERENCES assistance_application,
    number smallint NOT NULL CHECK (number > 0),
    outcome text NOT NULL CHECK (outcome IN ('approved', 'partly', 'denied')),
    reasons text[] NOT NULL CHECK (cardinality(reasons) > 0),
    medical_bps integer NOT NULL CHECK (medical_bps BETWEEN 0 AND 10000),
    pharmacy_bps integer NOT NULL CHECK (pharmacy_bps BETWEEN 0 AND 10000),
    received_on date NOT NULL,
    covers_from date,
    covers_until date,
    bill_ids bigint[] NOT NULL DEFAULT '{}',
    -- What it rests on, as it was known then: household, state, income, guideline with citation, policy.
    grounds jsonb NOT NULL,
    decided_on date NOT NULL,
    appeal_by date,
    actor text NOT NULL CHECK (actor <> ''),
    note text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_number, id),
    UNIQUE (application_id, number),
    CHECK ((outcome = 'denied') = (medical_bps = 0 AND pharmacy_bps = 0)),
    CHECK ((outcome = 'denied') = (covers_until IS NULL))
);
CREATE TRIGGER assistance_decision_guard BEFORE UPDATE OR DELETE ON assistance_decision
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER assistance_decision_stays BEFORE TRUNCATE ON assistance_decision
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- One adjustment that a decision made; `given_back_cents` of it was paid before and is credit now.
CREATE TABLE assistance_posting (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    position smallint NOT NULL,
    decision_id bigint NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    given_back_cents bigint NOT NULL CHECK (given_back_cents BETWEEN 0 AND amount_cents),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_number, bill_month, bill_id, position),
    FOREIGN KEY (account_number, bill_month, bill_id, position) REFERENCES billing_adjustment
);
CREATE INDEX assistance_posting_by_bill ON assistance_posting (bill_id);
CREATE TRIGGER assistance_posting_guard BEFORE UPDATE OR DELETE ON assistance_posting
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER assistance_posting_stays BEFORE TRUNCATE ON assistance_posting
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What an award of these terms comes to on each bill of an account it covers.
--   share_cents   what comes off in all: rounded up, so that the member never pays the odd cent
--   taken_cents   what assistance took off before
-- A bill that came over with a joined account is named by the bill it was; where that one got assistance
-- before it moved, what moved is the member's own part already. What asks for refunded money a bank took back, or
-- for a returned item's fee, is no care: assistance takes nothing off it.
CREATE FUNCTION assistance_effect(
    p_account text, p_medical_bps integer, p_pharmacy_bps integer, p_received_on date, p_from date, p_until date, p_bills bigint[]
) RETURNS TABLE (bill_month date, bill_id bigint, line text, title text, open_cents bigint, paid_cents bigint, taken_cents bigint, share_cents bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT b.month, b.id, b.line::text, b.title, b.open_cents,
           b.amount_cents + b.adjusted_cents - b.open_cents, coalesce(taken.cents, 0)::bigint,
           ((b.amount_cents + b.adjusted_cents + coalesce(taken.cents, 0))
             * CASE b.line WHEN 'medical' THEN p_medical_bps ELSE p_pharmacy_bps END + 9999)::bigint / 10000
    FROM billing_bill b
    CROSS JOIN LATERAL (SELECT CASE WHEN b.key LIKE 'moved:%' THEN split_part(b.key, ':', 2)::bigint END AS moved_id) was
    LEFT JOIN LATERAL (
        SELECT -sum(a.amount_cents) AS cents FROM billing_adjustment a
        WHERE (a.account_number, a.bill_month, a.bill_id) = (b.account_number, b.month, b.id) AND a.kind = 'assistance'
    ) taken ON true
    WHERE b.account_number = p_account
      AND b.line IN ('medical', 'pharmacy')
      AND b.month >= date_trunc('month', coalesce(p_from, date '1900-01-01'))
      AND b.issued_on BETWEEN coalesce(p_from, date '1900-01-01') AND p_until
      AND (b.issued_on > p_received_on OR cardinality(p_bills) = 0 OR b.id = ANY (p_bills) OR was.moved_id = ANY (p_bills))
      AND NOT EXISTS (SELECT 1 FROM assistance_posting p WHERE p.bill_id = was.moved_id)
      AND b.key NOT LIKE 'returned-%'
      AND NOT EXISTS (SELECT 1 FROM accounts_account a JOIN billing_bill old ON old.account_number = a.number
                      WHERE a.merged_into = p_account AND old.id = was.moved_id AND old.key LIKE 'returned-%')
$$;

-- For each bill of an account the award that takes most off it, where more is to come off than was taken yet.
CREATE FUNCTION assistance_owed(p_account text)
RETURNS TABLE (bill_month date, bill_id bigint, line text, decision_id bigint, off_open_cents bigint, off_paid_cents bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT best.bill_month, best.bill_id, best.line, best.decision_id,
           least(best.share_cents - best.taken_cents, best.open_cents),
           best.share_cents - best.taken_cents - least(best.share_cents - best.taken_cents, best.open_cents)
    FROM (
        SELECT DISTINCT ON (e.bill_month, e.bill_id) e.*, d.id AS decision_id
        FROM accounts_account a
        JOIN assistance_decision d ON d.account_number = a.number AND d.outcome <> 'denied'
        CROSS JOIN LATERAL assistance_effect(
            p_account, d.medical_bps, d.pharmacy_bps, d.received_on, d.covers_from, d.covers_until, d.bill_ids) e
        WHERE a.number = p_account OR a.merged_into = p_account
        ORDER BY e.bill_month, e.bill_id, e.share_cents DESC, d.id
    ) best
    WHERE best.share_cents > best.taken_cents
$$;

CREATE TYPE assistance_applied AS (bills integer, off_cents bigint, given_back_cents bigint);

-- Bring the bills of an account to what its awards say. What was paid beyond the member's part is taken off
-- the payments, the last one first, and is credit of the account; all of it, unless it comes to less than
-- p_least_back in all. Again does nothing.
-- Refuses: unknown_account.
CREATE FUNCTION assistance_apply(p_account text, p_least_back bigint, p_on date, p_actor text)
RETURNS assistance_applied LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owed record;
    paid record;
    v_gives_back boolean;
    v_left bigint;
    v_part bigint;
    v_off bigint;
    done assistance_applied := (0, 0, 0);
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    SELECT coalesce(sum(off_paid_cents), 0) >= p_least_back INTO v_gives_back FROM assistance_owed(p_account);
    FOR owed IN SELECT * FROM assistance_owed(p_account) ORDER BY bill_month, bill_id LOOP
        v_left := CASE WHEN v_gives_back THEN owed.off_paid_cents ELSE 0 END;
        v_off := owed.off_open_cents + v_left;
        CONTINUE WHEN v_off = 0;
        FOR paid IN
            SELECT payment_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
            WHERE account_number = p_account AND bill_id = owed.bill_id
            GROUP BY payment_id HAVING sum(amount_cents) > 0 ORDER BY payment_id DESC
        LOOP
            EXIT WHEN v_left = 0;
            v_part := least(v_left, paid.cents);
            PERFORM payments_take_back(p_account, paid.payment_id, owed.bill_id, v_part, p_on, p_actor);
            v_left := v_left - v_part;
        END LOOP;
        PERFORM billing_adjust(p_account, owed.bill_id, -v_off, 'assistance', 5010::smallint,
                               'decision ' || owed.decision_id, p_actor, p_on);
        INSERT INTO assistance_posting (account_number, bill_month, bill_id, position, decision_id, amount_cents, given_back_cents)
            SELECT p_account, owed.bill_month, owed.bill_id, max(position), owed.decision_id, v_off, v_off - owed.off_open_cents
            FROM billing_adjustment WHERE account_number = p_account AND bill_month = owed.bill_month AND bill_id = owed.bill_id;
        done.bills := done.bills + 1;
        done.off_cents := done.off_cents + v_off;
        done.given_back_cents := done.given_back_cents + v_off - owed.off_open_cents;
    END LOOP;
    RETURN done;
END $$;
