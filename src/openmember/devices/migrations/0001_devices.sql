-- Members' devices, and what they are told of.

CREATE TABLE devices_device (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of what the browser's cookie says; the cookie itself is nowhere here.
    token_hash text NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    user_id bigint NOT NULL REFERENCES members_user ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members_member,
    -- A keyed hash of the sign-in the device was trusted under.
    stamp text NOT NULL CHECK (stamp <> ''),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    keeps_card boolean NOT NULL DEFAULT false,
    made_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CHECK (revoked_at IS NULL OR NOT keeps_card)
);
CREATE INDEX devices_device_by_user ON devices_device (user_id);
CREATE TRIGGER devices_device_guard BEFORE UPDATE OF id, token_hash, user_id, member_id, made_at
    ON devices_device FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER devices_device_revoked BEFORE UPDATE ON devices_device
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION kernel_guard_history();

-- Where a device is told: the address its browser's push service gave it, and the browser's keys (RFC 8291).
CREATE TABLE devices_subscription (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id bigint NOT NULL UNIQUE REFERENCES devices_device ON DELETE CASCADE,
    member_id bigint NOT NULL REFERENCES members_member,
    endpoint text NOT NULL UNIQUE CHECK (endpoint ~ '^https://[^/@[:space:]]+/' AND length(endpoint) <= 2000),
    p256dh bytea NOT NULL CHECK (octet_length(p256dh) = 65 AND get_byte(p256dh, 0) = 4),
    auth bytea NOT NULL CHECK (octet_length(auth) = 16),
    wants text[] NOT NULL CHECK (cardinality(wants) BETWEEN 1 AND 3 AND wants <@ ARRAY['bill', 'receipt', 'message']),
    language text NOT NULL CHECK (language IN ('en', 'es', 'zh-hant')),
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_subscription_by_member ON devices_subscription (member_id);

-- What is to be told, written in the transaction of what happened. It says the kind and nothing else.
CREATE TABLE devices_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id bigint NOT NULL REFERENCES devices_subscription ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('bill', 'receipt', 'message')),
    made_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    tries smallint NOT NULL DEFAULT 0 CHECK (tries >= 0),
    sent_at timestamptz,
    given_up_at timestamptz,
    CHECK (sent_at IS NULL OR given_up_at IS NULL),
    CHECK (sent_at IS NULL OR tries > 0)
);
-- Two bills at once are told of once. What a sender has taken up already is told of again.
CREATE UNIQUE INDEX devices_outbox_once ON devices_outbox (subscription_id, kind) WHERE tries = 0;
CREATE INDEX devices_outbox_due ON devices_outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX devices_outbox_by_subscription ON devices_outbox (subscription_id);

-- Note a kind of news for the devices of the holders of these accounts. One statement a batch, whatever its size.
CREATE FUNCTION devices_note(p_kind text, p_accounts text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO devices_outbox (subscription_id, kind)
        SELECT DISTINCT s.id, p_kind FROM devices_subscription s
        JOIN accounts_account held ON held.holder_id = s.member_id
        LEFT JOIN accounts_account led ON led.merged_into = held.number
        WHERE p_kind = ANY (s.wants) AND (held.number = ANY (p_accounts) OR led.number = ANY (p_accounts))
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION devices_note_bills() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM devices_subscription WHERE 'bill' = ANY (wants)) THEN
        PERFORM devices_note('bill', (SELECT array_agg(DISTINCT account_number::text) FROM added));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_bills AFTER INSERT ON billing_bill
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION devices_note_bills();

CREATE FUNCTION devices_note_receipts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM devices_subscription WHERE 'receipt' = ANY (wants)) THEN
        PERFORM devices_note('receipt', (SELECT array_agg(DISTINCT account_number::text) FROM added WHERE to_status = 'accepted'));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_receipts AFTER INSERT ON payments_move
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION devices_note_receipts();

-- A letter is its addressee's, a statement its holder's.
CREATE FUNCTION devices_note_letters() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO devices_outbox (subscription_id, kind)
        SELECT DISTINCT s.id, 'message' FROM devices_subscription s
        WHERE 'message' = ANY (s.wants) AND s.member_id IN (SELECT member_id FROM added)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_letters AFTER INSERT ON letters_letter
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION devices_note_letters();

CREATE FUNCTION devices_note_statements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM devices_subscription WHERE 'message' = ANY (wants)) THEN
        PERFORM devices_note('message', (SELECT array_agg(DISTINCT account_number::text) FROM added));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_statements AFTER INSERT ON billing_statement
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION devices_note_statements();
