-- What a premium is made of beside the spans: rates, a person's own terms, who is billed for a sponsor.

-- What a plan costs a month in one area: a family of one tier (the span's level), or each person by age where
-- `tier` is empty. A rate that was replaced stays, and counts no more.
CREATE TABLE billing_rate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan text NOT NULL CHECK (plan <> ''),
    area text NOT NULL,
    tier text NOT NULL,
    ages int4range NOT NULL DEFAULT '[0,)' CHECK (NOT isempty(ages)),
    period daterange NOT NULL CHECK (NOT isempty(period) AND lower(period) IS NOT NULL),
    amount_cents ledger_amount NOT NULL,
    replaced_at timestamptz,
    CHECK (tier = '' OR ages = '[0,)'),
    CONSTRAINT billing_rate_once EXCLUDE USING gist
        (plan WITH =, area WITH =, tier WITH =, ages WITH &&, period WITH &&) WHERE (replaced_at IS NULL)
);
CREATE INDEX billing_rate_by_plan ON billing_rate (plan, area, tier) WHERE replaced_at IS NULL;

-- What the government or the plan has settled with one person: Medicare's late-enrolment penalty a month,
-- the premium withheld from Social Security, the disability extension of COBRA.
CREATE TABLE billing_premium_term (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    member_id bigint NOT NULL,
    period daterange NOT NULL CHECK (NOT isempty(period) AND lower(period) IS NOT NULL),
    penalty_cents ledger_sum NOT NULL DEFAULT 0,
    withheld boolean NOT NULL DEFAULT false,
    cobra_extended boolean NOT NULL DEFAULT false,
    EXCLUDE USING gist (account_number WITH =, member_id WITH =, period WITH &&)
);

-- The account that gets a sponsor's list bill, for the months from `since` up to, not including, `until`.
CREATE TABLE billing_sponsor_account (
    sponsor_id bigint NOT NULL REFERENCES coverage_sponsor,
    since billing_first_day NOT NULL,
    until date NOT NULL DEFAULT 'infinity',
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    PRIMARY KEY (sponsor_id, since),
    CHECK (since < until)
);
CREATE INDEX billing_sponsor_account_by_account ON billing_sponsor_account (account_number);

-- The last month that was billed, or is being billed; null before the first.
CREATE FUNCTION billing_premium_billed_until() RETURNS date LANGUAGE sql STABLE AS $$
    SELECT max(month) FROM billing_premium_run WHERE NOT is_preview AND state NOT IN ('stopped', 'abandoned')
$$;

-- Mark accounts whose premium may differ since a day. What starts after all that was billed needs no mark.
CREATE FUNCTION billing_premium_touch(p_account text, p_since date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO billing_premium_touched AS t (account_number, since)
    SELECT p_account, p_since WHERE p_since < billing_premium_billed_until() + interval '1 month'
    ON CONFLICT (account_number) DO UPDATE SET since = least(t.since, excluded.since), version = t.version + 1
$$;

-- An employer's span is billed to its sponsor: that account is marked too.
CREATE FUNCTION billing_premium_touch_span(p_span coverage_span, p_since date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT billing_premium_touch(p_span.account_number, p_since);
    SELECT billing_premium_touch(billed.account_number, p_since)
    FROM coverage_enrollee e JOIN billing_sponsor_account billed ON billed.sponsor_id = e.sponsor_id
    WHERE e.id = p_span.enrollee_id AND p_span.coverage_type = 'employer';
$$;

CREATE FUNCTION billing_premium_span_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM billing_premium_touch_span(NEW, NEW.starts_on);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM billing_premium_touch_span(OLD, OLD.starts_on);
    ELSIF (to_jsonb(OLD) - 'ends_on') = (to_jsonb(NEW) - 'ends_on') THEN
        -- Only the end moved: the months before the earlier of the two stay as they were.
        PERFORM billing_premium_touch_span(NEW, greatest(least(OLD.ends_on, NEW.ends_on), NEW.starts_on));
    ELSE
        PERFORM billing_premium_touch_span(OLD, OLD.starts_on);
        PERFORM billing_premium_touch_span(NEW, NEW.starts_on);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER billing_premium_span_kept AFTER INSERT OR DELETE ON coverage_span
    FOR EACH ROW EXECUTE FUNCTION billing_premium_span_changed();
CREATE TRIGGER billing_premium_span_changed AFTER UPDATE ON coverage_span
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION billing_premium_span_changed();

-- Settle a person's terms for a time; what was known for parts of it gives way.
CREATE FUNCTION billing_premium_set_term(
    p_account text, p_member bigint, p_from date, p_until date, p_penalty bigint, p_withheld boolean, p_extended boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_period daterange := daterange(p_from, p_until, '[]');
    known billing_premium_term;
BEGIN
    FOR known IN DELETE FROM billing_premium_term
        WHERE account_number = p_account AND member_id = p_member AND period && v_period RETURNING *
    LOOP
        INSERT INTO billing_premium_term
            SELECT p_account, p_member, part, known.penalty_cents, known.withheld, known.cobra_extended
            FROM unnest(datemultirange(known.period) - datemultirange(v_period)) part;
    END LOOP;
    INSERT INTO billing_premium_term VALUES (p_account, p_member, v_period, p_penalty, p_withheld, p_extended);
    PERFORM billing_premium_touch(p_account, p_from);
END $$;

-- Bill a sponsor's members in one list to this account, for a month and those after it. What an account was
-- billed before stays there. Refuses: unknown_account.
CREATE FUNCTION billing_set_sponsor_account(p_sponsor bigint, p_account text, p_since date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM accounts_account WHERE number = p_account AND merged_into IS NULL;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    DELETE FROM billing_sponsor_account WHERE sponsor_id = p_sponsor AND since >= p_since;
    UPDATE billing_sponsor_account SET until = p_since WHERE sponsor_id = p_sponsor AND until > p_since;
    INSERT INTO billing_sponsor_account (sponsor_id, since, account_number) VALUES (p_sponsor, p_since, p_account);
    PERFORM billing_premium_touch(p_account, p_since);
END $$;

-- Put one rate in force for a time, over what was known of that time. Returns false when it was known so.
-- Refuses: rate_overlap when other ages were known for parts of it.
CREATE FUNCTION billing_set_rate(p_plan text, p_area text, p_tier text, p_ages int4range, p_period daterange, p_amount bigint)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_rate;
BEGIN
    PERFORM 1 FROM billing_rate WHERE plan = p_plan AND area = p_area AND tier = p_tier AND ages = p_ages
        AND period @> p_period AND amount_cents = p_amount AND replaced_at IS NULL;
    IF FOUND THEN
        RETURN false;
    END IF;
    FOR known IN UPDATE billing_rate SET replaced_at = now()
        WHERE plan = p_plan AND area = p_area AND tier = p_tier AND ages = p_ages AND period && p_period AND replaced_at IS NULL
        RETURNING *
    LOOP
        INSERT INTO billing_rate (plan, area, tier, ages, period, amount_cents)
            SELECT known.plan, known.area, known.tier, known.ages, part, known.amount_cents
            FROM unnest(datemultirange(known.period) - datemultirange(p_period)) part;
    END LOOP;
    INSERT INTO billing_rate (plan, area, tier, ages, period, amount_cents) VALUES (p_plan, p_area, p_tier, p_ages, p_period, p_amount);
    RETURN true;
EXCEPTION WHEN exclusion_violation THEN
    PERFORM kernel_refuse('rate_overlap', format('plan %s, area %s: ages %s overlap other ages known', p_plan, p_area, p_ages));
    RETURN false;
END $$;

-- Mark the accounts whose spans cost what the rates of these plans say, from a day on. Returns how many.
CREATE FUNCTION billing_premium_touch_plans(p_plans text[], p_since date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_until date := billing_premium_billed_until() + interval '1 month';
    v_count bigint;
BEGIN
    INSERT INTO billing_premium_touched AS t (account_number, since)
        SELECT account_number, greatest(min(starts_on), p_since) FROM (
            SELECT s.account_number::text AS account_number, s.starts_on FROM coverage_span s
            WHERE s.plan = ANY (p_plans) AND s.premium_cents IS NULL AND NOT s.canceled AND (s.ends_on IS NULL OR s.ends_on >= p_since)
            UNION ALL
            SELECT billed.account_number, s.starts_on FROM coverage_span s
            JOIN coverage_enrollee e ON e.id = s.enrollee_id
            JOIN billing_sponsor_account billed ON billed.sponsor_id = e.sponsor_id
            WHERE s.plan = ANY (p_plans) AND s.premium_cents IS NULL AND NOT s.canceled AND (s.ends_on IS NULL OR s.ends_on >= p_since)
        ) priced
        WHERE greatest(starts_on, p_since) < v_until GROUP BY account_number
        ON CONFLICT (account_number) DO UPDATE SET since = least(t.since, excluded.since), version = t.version + 1;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
