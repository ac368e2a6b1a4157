-- What every room's tables use: refusals, history guards, months, the audit log, throttles.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A decision, as opposed to a fault: the application turns SQLSTATE OM001 into a named exception.
CREATE FUNCTION kernel_refuse(situation text, explanation text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'OM001', MESSAGE = situation, DETAIL = explanation;
END $$;

CREATE FUNCTION kernel_guard_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: history is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Make the monthly partitions of a table from one month to another, both included.
CREATE FUNCTION kernel_open_months(parent regclass, first_on date, last_on date)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first_on);
    leaf text;
    made integer := 0;
BEGIN
    WHILE month <= last_on LOOP
        leaf := format('%s_%s', parent, to_char(month, 'YYYYMM'));
        IF to_regclass(leaf) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 90)',
                               leaf, parent, month, (month + interval '1 month')::date);
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                -- Rows that came before their month was opened stay in the default partition, and others of it too.
                NULL;
            END;
        END IF;
        month := month + interval '1 month';
    END LOOP;
    RETURN made;
END $$;

CREATE TABLE kernel_audit_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL CHECK (actor <> ''),
    action text NOT NULL CHECK (action <> ''),
    account_number varchar(12) COLLATE "C",
    member_id bigint,
    detail jsonb NOT NULL DEFAULT '{}',
    digest bytea NOT NULL
);
CREATE INDEX kernel_audit_by_account ON kernel_audit_entry (account_number, id) WHERE account_number IS NOT NULL;
CREATE INDEX kernel_audit_by_member ON kernel_audit_entry (member_id, id) WHERE member_id IS NOT NULL;

-- The digest of an entry. Each part is quoted, so that no two different entries read the same.
CREATE FUNCTION kernel_audit_digest(entry kernel_audit_entry) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(convert_to(concat_ws('|', entry.id, extract(epoch FROM entry.at)::text,
        quote_nullable(entry.actor), quote_nullable(entry.action), quote_nullable(entry.account_number),
        quote_nullable(entry.member_id::text), quote_nullable(entry.detail::text)), 'UTF8'))
$$;

CREATE FUNCTION kernel_audit_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.digest := kernel_audit_digest(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_audit_complete BEFORE INSERT ON kernel_audit_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_complete();
CREATE TRIGGER kernel_audit_guard BEFORE UPDATE OR DELETE ON kernel_audit_entry
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE kernel_audit_link (
    position bigint PRIMARY KEY CHECK (position > 0),
    entry_id bigint NOT NULL UNIQUE REFERENCES kernel_audit_entry,
    hash bytea NOT NULL
);
CREATE TRIGGER kernel_audit_link_guard BEFORE UPDATE OR DELETE ON kernel_audit_link
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Chain the entries that are not chained yet, and return how many.
-- Chaining is a step of its own: a chain written inside each payment would let only one commit at a time.
-- Ids can commit out of order, so it looks back further than the longest transaction could reach.
CREATE FUNCTION kernel_audit_seal() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_position bigint;
    last_hash bytea;
    look_from bigint;
    entry kernel_audit_entry;
    sealed bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('kernel_audit_seal'));
    SELECT position, hash INTO last_position, last_hash FROM kernel_audit_link ORDER BY position DESC LIMIT 1;
    SELECT coalesce(max(entry_id), 0) - 1000000 INTO look_from FROM kernel_audit_link;
    FOR entry IN
        SELECT e.* FROM kernel_audit_entry e LEFT JOIN kernel_audit_link l ON l.entry_id = e.id
        WHERE e.id > look_from AND l.entry_id IS NULL ORDER BY e.id
    LOOP
        last_position := coalesce(last_position, 0) + 1;
        last_hash := sha256(coalesce(last_hash, ''::bytea) || entry.digest);
        INSERT INTO kernel_audit_link VALUES (last_position, entry.id, last_hash);
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;

CREATE UNLOGGED TABLE kernel_throttle (
    bucket text PRIMARY KEY,
    window_at timestamptz NOT NULL,
    count integer NOT NULL
);

CREATE FUNCTION kernel_throttle_count(p_bucket text, p_seconds integer) RETURNS integer
LANGUAGE sql AS $$
    INSERT INTO kernel_throttle AS t VALUES (p_bucket, now(), 1)
    ON CONFLICT (bucket) DO UPDATE SET
        window_at = CASE WHEN t.window_at > now() - make_interval(secs => p_seconds) THEN t.window_at ELSE now() END,
        count = CASE WHEN t.window_at > now() - make_interval(secs => p_seconds) THEN t.count + 1 ELSE 1 END
    RETURNING count
$$;
