-- The bill pay number. Once a row stands here its number can be neither changed, reused nor deleted.

-- Twelve digits, not starting with 0, 1 modulo 97 (ISO 7064 MOD 97-10).
CREATE FUNCTION accounts_has_check_digits(p_number text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_number ~ '^[1-9][0-9]{11}$' AND p_number::bigint % 97 = 1 AND right(p_number, 2)::int BETWEEN 2 AND 98
$$;

CREATE TABLE accounts_account (
    number varchar(12) COLLATE "C" PRIMARY KEY,
    origin text NOT NULL CHECK (origin IN ('issued', 'legacy')),
    holder_id bigint NOT NULL REFERENCES members_member,
    merged_into varchar(12) COLLATE "C" REFERENCES accounts_account,
    merged_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- A legacy number is kept exactly as it was printed; ours carry check digits.
    CHECK (CASE origin WHEN 'issued' THEN accounts_has_check_digits(number) ELSE number ~ '^[0-9]{10,12}$' END),
    CHECK (merged_into <> number),
    CHECK ((merged_into IS NULL) = (merged_at IS NULL))
);
CREATE INDEX accounts_by_holder ON accounts_account (holder_id);
CREATE INDEX accounts_merged ON accounts_account (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX accounts_legacy ON accounts_account (number) WHERE origin = 'legacy';

-- Everything one slip of the finger away from a number: one wrong digit, or two neighbours swapped.
CREATE FUNCTION accounts_slips(p_number text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(slip) FROM (
        SELECT overlay(p_number PLACING digit::text FROM place FOR 1) AS slip
        FROM generate_series(1, length(p_number)) place, generate_series(0, 9) digit
        UNION
        SELECT overlay(p_number PLACING reverse(substr(p_number, place, 2)) FROM place FOR 2)
        FROM generate_series(1, length(p_number) - 1) place
    ) s WHERE slip <> p_number
$$;

CREATE FUNCTION accounts_guard_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a bill pay number is permanent: it cannot be deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.number <> OLD.number OR NEW.origin <> OLD.origin OR NEW.created_at <> OLD.created_at THEN
            RAISE EXCEPTION 'a bill pay number is permanent: it cannot be changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.merged_into IS NOT NULL AND NEW.merged_into IS DISTINCT FROM OLD.merged_into
           AND NOT EXISTS (SELECT 1 FROM accounts_account WHERE number = OLD.merged_into AND merged_into = NEW.merged_into) THEN
            RAISE EXCEPTION 'a merged account stays merged' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- A legacy number with leading zeros can read as a medical record number somebody padded. Members
    -- are held still while this is looked up; such numbers come in rarely, and never during payments.
    IF length(ltrim(NEW.number, '0')) < 10 THEN
        LOCK TABLE members_member IN SHARE ROW EXCLUSIVE MODE;
        IF EXISTS (SELECT 1 FROM members_member WHERE mrn = ltrim(NEW.number, '0')) THEN
            PERFORM kernel_refuse('number_is_mrn', 'the number reads as a medical record number');
        END IF;
    END IF;
    -- One slip in a number we issued must never arrive at somebody's legacy number.
    IF NEW.origin = 'issued' AND EXISTS (SELECT 1 FROM accounts_account WHERE origin = 'legacy' AND length(number) = 12) THEN
        IF EXISTS (SELECT 1 FROM accounts_account WHERE origin = 'legacy' AND number = ANY (accounts_slips(NEW.number))) THEN
            PERFORM kernel_refuse('number_too_close', 'one slip away from a legacy number');
        END IF;
    ELSIF NEW.origin = 'legacy' AND length(NEW.number) = 12 THEN
        IF EXISTS (SELECT 1 FROM accounts_account WHERE origin = 'issued' AND number = ANY (accounts_slips(NEW.number))) THEN
            PERFORM kernel_refuse('number_too_close', 'one slip away from a number we issued');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_guard_number BEFORE INSERT OR DELETE OR UPDATE ON accounts_account
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_number();

-- The other half of "no number ever equals an MRN": a new MRN must not be a zero-padded legacy number.
CREATE FUNCTION accounts_guard_mrn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM accounts_account WHERE origin = 'legacy'
               AND number IN (lpad(NEW.mrn, 10, '0'), lpad(NEW.mrn, 11, '0'), lpad(NEW.mrn, 12, '0'))) THEN
        PERFORM kernel_refuse('mrn_is_number', 'the medical record number reads as a bill pay number');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_guard_mrn BEFORE INSERT OR UPDATE OF mrn ON members_member
    FOR EACH ROW EXECUTE FUNCTION accounts_guard_mrn();

-- Who is on the account besides its holder. A person can be on one account now and another before.
CREATE TABLE accounts_person (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    member_id bigint NOT NULL REFERENCES members_member,
    relationship text NOT NULL CHECK (relationship IN ('holder', 'spouse', 'child', 'other')),
    PRIMARY KEY (account_number, member_id)
);
CREATE INDEX accounts_person_by_member ON accounts_person (member_id);

-- Open an account under a number. Refuses: number_taken, number_is_mrn, number_too_close.
CREATE FUNCTION accounts_open(p_number text, p_origin text, p_holder bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO accounts_account (number, origin, holder_id) VALUES (p_number, p_origin, p_holder)
    ON CONFLICT (number) DO NOTHING;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('number_taken');
    END IF;
    INSERT INTO ledger_balance (account_number) VALUES (p_number);
    INSERT INTO accounts_person VALUES (p_number, p_holder, 'holder');
END $$;

-- Let one account's number lead to another from now on. The number itself stays, and so does its history.
-- Refuses: unknown_account, already_merged.
CREATE FUNCTION accounts_merge(p_from text, p_into text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_count integer;
BEGIN
    PERFORM 1 FROM accounts_account WHERE number IN (p_from, p_into) AND merged_into IS NULL ORDER BY number FOR NO KEY UPDATE;
    GET DIAGNOSTICS found_count = ROW_COUNT;
    IF found_count <> 2 THEN
        PERFORM kernel_refuse('already_merged', 'one of the accounts is unknown or was merged before');
    END IF;
    UPDATE accounts_account SET merged_into = p_into, merged_at = now() WHERE number = p_from;
    UPDATE ledger_balance SET closed = true WHERE account_number = p_from;
    -- Numbers merged earlier follow along, so that resolving any of them stays one step.
    UPDATE accounts_account SET merged_into = p_into WHERE merged_into = p_from;
    INSERT INTO accounts_person
        SELECT p_into, member_id, CASE relationship WHEN 'holder' THEN 'other' ELSE relationship END
        FROM accounts_person WHERE account_number = p_from
    ON CONFLICT DO NOTHING;
END $$;
