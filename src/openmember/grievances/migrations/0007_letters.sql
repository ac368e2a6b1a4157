-- Which event of a dispute was told in which letter, and what shows that it left and arrived.

CREATE TABLE grievances_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    -- The event it tells of: one letter to each reader.
    serial integer NOT NULL,
    addressee text NOT NULL CHECK (addressee IN ('member', 'representative')),
    kind text NOT NULL CHECK (kind ~ '^dispute_[a-z_]+$'),
    name text NOT NULL DEFAULT '' CHECK (length(name) <= 160),
    dated_on date NOT NULL,
    subject text NOT NULL CHECK (subject <> ''),
    language text NOT NULL CHECK (language IN ('en', 'es', 'zh-hant')),
    reading_format text NOT NULL CHECK (reading_format IN ('standard', 'large_print', 'braille', 'audio', 'plain_text')),
    -- The letters' room keeps the letter of a member on an account.
    account_number varchar(12) COLLATE "C",
    letter_id bigint,
    -- Anybody else's is kept here, and somebody prints and mails it.
    content jsonb CHECK (jsonb_typeof(content) = 'object'),
    layout_id text REFERENCES letters_layout,
    -- When it was mailed or told of, and the log knows.
    left_at timestamptz,
    left_by text CHECK (left_by <> ''),
    UNIQUE (dispute_id, serial, addressee),
    FOREIGN KEY (dispute_id, serial) REFERENCES grievances_event (dispute_id, serial),
    FOREIGN KEY (account_number, letter_id) REFERENCES letters_letter (account_number, id),
    CHECK ((letter_id IS NULL) = (account_number IS NULL)),
    CHECK ((letter_id IS NULL) = (content IS NOT NULL)),
    CHECK ((content IS NULL) = (layout_id IS NULL)),
    CHECK ((left_at IS NULL) = (left_by IS NULL)),
    CHECK (addressee = 'member' OR (name <> '' AND letter_id IS NULL))
);
CREATE INDEX grievances_letter_to_leave ON grievances_letter (id) WHERE left_at IS NULL;
CREATE UNIQUE INDEX grievances_letter_of ON grievances_letter (account_number, letter_id);

-- What a letter says is fixed; that it left is noted once.
CREATE FUNCTION grievances_guard_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.left_at IS NOT NULL OR to_jsonb(NEW) - 'left_at' - 'left_by' <> to_jsonb(OLD) - 'left_at' - 'left_by' THEN
        RAISE EXCEPTION 'a letter of a dispute stays as it was written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_letter BEFORE UPDATE OR DELETE ON grievances_letter
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_letter();
CREATE TRIGGER grievances_letter_stays BEFORE TRUNCATE ON grievances_letter
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE grievances_letter_proof (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    letter_id bigint NOT NULL REFERENCES grievances_letter,
    proof text NOT NULL CHECK (proof IN ('read', 'carrier', 'returned')),
    on_day date NOT NULL,
    how text NOT NULL DEFAULT '' CHECK (length(how) <= 200 AND (proof <> 'carrier' OR how <> '')),
    at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT '',
    UNIQUE (letter_id, proof, on_day)
);
CREATE TRIGGER grievances_letter_proof_guard BEFORE UPDATE OR DELETE ON grievances_letter_proof
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_letter_proof_stays BEFORE TRUNCATE ON grievances_letter_proof
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
