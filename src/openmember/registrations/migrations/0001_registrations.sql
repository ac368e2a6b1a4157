-- Applications of new patients. An application is nobody's record: a member is made of it once somebody has seen who
-- it is, and that there is none like them already.
CREATE TABLE registrations_registration (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The form's own key: sent twice, it is one application.
    sent_as text NOT NULL UNIQUE CHECK (sent_as <> ''),
    channel text NOT NULL CHECK (channel IN ('phone', 'office', 'web')),
    office text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'returned', 'accepted', 'known', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    first_name text NOT NULL CHECK (first_name <> ''),
    middle_name text NOT NULL DEFAULT '',
    last_name text NOT NULL CHECK (last_name <> ''),
    suffix text NOT NULL DEFAULT '',
    birth_on date NOT NULL,
    gender text NOT NULL DEFAULT '',
    street text NOT NULL DEFAULT '',
    street2 text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    postal_code text NOT NULL DEFAULT '',
    region text NOT NULL CHECK (region <> ''),
    phone text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    language text NOT NULL CHECK (language <> ''),
    reading_format text NOT NULL CHECK (reading_format IN ('standard', 'large_print', 'braille', 'audio', 'plain_text')),
    interpreter_language text NOT NULL DEFAULT '',
    filled_by text NOT NULL DEFAULT '',
    coverage text NOT NULL CHECK (coverage IN ('none', 'ours', 'other')),
    paid_by text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    received_by text NOT NULL CHECK (received_by <> ''),
    -- How it was seen who they are, and by what.
    identity_way text NOT NULL DEFAULT '' CHECK (identity_way IN ('', 'documents', 'script')),
    identity_what text[] NOT NULL DEFAULT '{}',
    identity_at timestamptz,
    identity_by text NOT NULL DEFAULT '',
    missing text[] NOT NULL DEFAULT '{}',
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    decided_at timestamptz,
    decided_by text NOT NULL DEFAULT '',
    member_id bigint REFERENCES members_member,
    account_number varchar(12) COLLATE "C" REFERENCES accounts_account,
    CHECK ((identity_way = '') = (identity_at IS NULL) AND (identity_way = '') = (identity_by = '')),
    CHECK (identity_way = '' OR cardinality(identity_what) > 0),
    CHECK ((status = 'received') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by = '')),
    CHECK (status <> 'accepted' OR identity_way <> '' AND member_id IS NOT NULL AND account_number IS NOT NULL),
    CHECK (status = 'accepted' OR account_number IS NULL),
    CHECK (status IN ('accepted', 'known') OR member_id IS NULL),
    CHECK (status <> 'known' OR member_id IS NOT NULL),
    CHECK (status <> 'returned' OR cardinality(missing) > 0),
    CHECK (status <> 'withdrawn' OR note <> ''),
    CHECK (channel = 'office' OR office = '')
);
-- One member is made of one application.
CREATE UNIQUE INDEX registrations_one_member ON registrations_registration (member_id) WHERE status = 'accepted';
CREATE INDEX registrations_waiting ON registrations_registration (region, received_at, id) WHERE status IN ('received', 'returned');
CREATE INDEX registrations_by_birth ON registrations_registration (birth_on) WHERE status IN ('received', 'returned');
CREATE INDEX registrations_decided ON registrations_registration (decided_at DESC, id) WHERE status IN ('accepted', 'known', 'withdrawn');

CREATE FUNCTION registrations_may_move(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (before, after) IN (
        ('received', 'returned'), ('received', 'accepted'), ('received', 'known'), ('received', 'withdrawn'),
        ('returned', 'received'), ('returned', 'withdrawn'))
$$;
CREATE FUNCTION registrations_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an application is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND NOT registrations_may_move(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'an application does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('accepted', 'known', 'withdrawn') THEN
        RAISE EXCEPTION 'an application that is decided stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registrations_guard BEFORE UPDATE OR DELETE ON registrations_registration
    FOR EACH ROW EXECUTE FUNCTION registrations_guard();

-- Somebody looked at a member like the applicant and said that it is another person.
CREATE TABLE registrations_other (
    registration_id bigint NOT NULL REFERENCES registrations_registration,
    member_id bigint NOT NULL REFERENCES members_member,
    reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 300),
    at timestamptz NOT NULL,
    by text NOT NULL CHECK (by <> ''),
    PRIMARY KEY (registration_id, member_id)
);
CREATE TRIGGER registrations_other_stays BEFORE UPDATE OR DELETE ON registrations_other
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Letters to applicants, who have no account a letter could belong to. Kept as sent.
CREATE TABLE registrations_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registration_id bigint NOT NULL REFERENCES registrations_registration,
    content jsonb NOT NULL,
    layout_id text NOT NULL REFERENCES letters_layout,
    dated_on date NOT NULL,
    emailed_at timestamptz,
    mailed_at timestamptz,
    mailed_by text NOT NULL DEFAULT '',
    CHECK ((mailed_at IS NULL) = (mailed_by = ''))
);
CREATE INDEX registrations_letter_of ON registrations_letter (registration_id, id);
CREATE INDEX registrations_letter_to_mail ON registrations_letter (id) WHERE mailed_at IS NULL;
