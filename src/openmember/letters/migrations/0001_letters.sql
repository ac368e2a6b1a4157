-- Letters: what was said to whom, when, in which words. Kept for ever; shown again exactly as sent.

-- Everything a document's appearance depends on beside its content, named by the hash of it.
CREATE TABLE letters_layout (
    id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
    source text NOT NULL,
    words jsonb NOT NULL DEFAULT '{}',
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER letters_layout_guard BEFORE UPDATE OR DELETE ON letters_layout
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER letters_layout_stays BEFORE TRUNCATE ON letters_layout
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE SEQUENCE letters_letter_id CACHE 50;

-- `facts` are what the letter is about, as the room that wrote it gave them. `content` is every word of it,
-- letterhead and address included, frozen when it is first put together; until then nobody has seen it.
CREATE TABLE letters_letter (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL DEFAULT nextval('letters_letter_id'),
    key text NOT NULL CHECK (key <> ''),
    kind text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
    member_id bigint NOT NULL REFERENCES members_member,
    dated_on date NOT NULL,
    facts jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    language text NOT NULL CHECK (language IN ('en', 'es', 'zh-hant')),
    reading_format text NOT NULL CHECK (reading_format IN ('standard', 'large_print', 'braille', 'audio', 'plain_text')),
    actor text NOT NULL CHECK (actor <> ''),
    written_at timestamptz NOT NULL DEFAULT now(),
    content jsonb,
    layout_id text REFERENCES letters_layout,
    delivery text CHECK (delivery IN ('mail', 'electronic')),
    delivered_at timestamptz,
    PRIMARY KEY (account_number, id),
    UNIQUE (account_number, key),
    CHECK (num_nulls(content, layout_id) IN (0, 2)),
    CHECK (delivery IS NULL OR content IS NOT NULL),
    CHECK (delivered_at IS NULL OR delivery IS NOT NULL)
);
CREATE INDEX letters_to_send ON letters_letter (id) WHERE delivered_at IS NULL;

-- What a letter says and to whom is fixed when it is written; its words once; how it left, once.
CREATE FUNCTION letters_guard_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') OR OLD.content IS NOT NULL AND (NEW.content, NEW.layout_id) IS DISTINCT FROM (OLD.content, OLD.layout_id)
       OR OLD.delivered_at IS NOT NULL AND (NEW.delivery, NEW.delivered_at) IS DISTINCT FROM (OLD.delivery, OLD.delivered_at) THEN
        RAISE EXCEPTION '% on letters_letter is refused: a letter stays as it was sent', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_guard_letter BEFORE UPDATE OR DELETE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_guard_letter();
CREATE TRIGGER letters_letter_stays BEFORE TRUNCATE ON letters_letter
    FOR EACH STATEMENT EXECUTE FUNCTION letters_guard_letter();
CREATE TRIGGER letters_letter_is_fixed
    BEFORE UPDATE OF account_number, id, key, kind, member_id, dated_on, facts, language, reading_format, actor, written_at
    ON letters_letter FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Write a letter to a member, the account's holder unless one is named; return its id. The same key of the
-- same account returns the letter there is. Refuses: unknown_account, unknown_member.
CREATE FUNCTION letters_write(
    p_account text, p_member bigint, p_kind text, p_key text, p_facts jsonb, p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
    v_holder bigint;
BEGIN
    SELECT id INTO v_id FROM letters_letter WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        RETURN v_id;
    END IF;
    -- Of an account that was joined to another, the other's holder reads the letters.
    SELECT answers.holder_id INTO v_holder FROM accounts_account named
        JOIN accounts_account answers ON answers.number = coalesce(named.merged_into, named.number)
        WHERE named.number = p_account;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    -- Language and form are the holder's even when the letter is about a child.
    INSERT INTO letters_letter (account_number, key, kind, member_id, dated_on, facts, language, reading_format, actor)
        SELECT p_account, p_key, p_kind, addressee.id, p_on, p_facts,
               CASE WHEN holder.language IN ('es', 'zh-hant') THEN holder.language ELSE 'en' END, holder.reading_format, p_actor
        FROM members_member holder JOIN members_member addressee ON addressee.id = coalesce(p_member, v_holder)
        WHERE holder.id = v_holder
    ON CONFLICT (account_number, key) DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id INTO v_id FROM letters_letter WHERE account_number = p_account AND key = p_key;
        IF NOT FOUND THEN
            PERFORM kernel_refuse('unknown_member');
        END IF;
        RETURN v_id;
    END IF;
    INSERT INTO kernel_audit_entry (actor, action, account_number, member_id, detail, digest)
        VALUES (p_actor, 'letter.write', p_account, coalesce(p_member, v_holder), jsonb_build_object('letter_id', v_id, 'kind', p_kind), '');
    RETURN v_id;
END $$;

-- Keep a layout under the hash of it; again does nothing.
CREATE FUNCTION letters_keep_layout(p_id text, p_source text, p_words jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO letters_layout (id, source, words) VALUES (p_id, p_source, p_words) ON CONFLICT (id) DO NOTHING
$$;

-- Freeze a letter's words. The first to do so decides; return the words there are.
CREATE FUNCTION letters_freeze(p_account text, p_id bigint, p_content jsonb, p_layout text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_content jsonb;
BEGIN
    SELECT content INTO v_content FROM letters_letter WHERE account_number = p_account AND id = p_id FOR NO KEY UPDATE;
    IF v_content IS NULL THEN
        UPDATE letters_letter SET content = p_content, layout_id = p_layout WHERE account_number = p_account AND id = p_id
            RETURNING content INTO v_content;
    END IF;
    RETURN v_content;
END $$;

-- Decide how a letter leaves, and note that it left. A letter that left does not leave again.
CREATE FUNCTION letters_deliver(p_account text, p_id bigint, p_delivery text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE letters_letter SET delivery = p_delivery, delivered_at = p_at
        WHERE account_number = p_account AND id = p_id AND delivered_at IS NULL;
    RETURN FOUND;
END $$;

-- Each time a holder agreed to read documents on screen, or took it back, and the words they were shown.
CREATE SEQUENCE letters_consent_id;
CREATE TABLE letters_consent (
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    id bigint NOT NULL DEFAULT nextval('letters_consent_id'),
    given boolean NOT NULL,
    text_id text NOT NULL REFERENCES letters_layout,
    member_id bigint NOT NULL REFERENCES members_member,
    actor text NOT NULL CHECK (actor <> ''),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, id)
);
CREATE TRIGGER letters_consent_guard BEFORE UPDATE OR DELETE ON letters_consent
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER letters_consent_stays BEFORE TRUNCATE ON letters_consent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- Note what the holder decided; return the note's id. Of two at once, the second waits for the first and
-- then finds it, because the caller looks after locking.
CREATE FUNCTION letters_lock(p_account text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 1 FROM accounts_account WHERE number = p_account FOR NO KEY UPDATE
$$;

CREATE FUNCTION letters_note_consent(p_account text, p_given boolean, p_text text, p_member bigint, p_actor text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO letters_consent (account_number, given, text_id, member_id, actor)
        VALUES (p_account, p_given, p_text, p_member, p_actor) RETURNING id
$$;

-- Whether an account's documents are read on screen: its holder agreed last, and is who agreed.
CREATE FUNCTION letters_is_electronic(p_account text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT c.given AND c.member_id = a.holder_id FROM letters_consent c JOIN accounts_account a ON a.number = c.account_number
                     WHERE c.account_number = p_account ORDER BY c.id DESC LIMIT 1), false)
$$;
