-- What was seen of somebody holds for that somebody: where a correction describes another person, identity is to be
-- seen again and the members like them are to be looked at again.
ALTER TABLE registrations_registration ADD COLUMN person_version integer NOT NULL DEFAULT 1 CHECK (person_version > 0);
ALTER TABLE registrations_other ADD COLUMN person_version integer NOT NULL DEFAULT 1 CHECK (person_version > 0);
ALTER TABLE registrations_other DROP CONSTRAINT registrations_other_pkey;
ALTER TABLE registrations_other ADD PRIMARY KEY (registration_id, member_id, person_version);

CREATE FUNCTION registrations_guard_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.first_name, NEW.middle_name, NEW.last_name, NEW.suffix, NEW.birth_on, NEW.street, NEW.street2, NEW.city,
        NEW.state, NEW.postal_code, NEW.phone, NEW.email)
        IS DISTINCT FROM
        (OLD.first_name, OLD.middle_name, OLD.last_name, OLD.suffix, OLD.birth_on, OLD.street, OLD.street2, OLD.city,
        OLD.state, OLD.postal_code, OLD.phone, OLD.email)
        AND (NEW.identity_way <> '' OR NEW.person_version <= OLD.person_version) THEN
        RAISE EXCEPTION 'who somebody is was seen of other facts' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registrations_guard_person BEFORE UPDATE ON registrations_registration
    FOR EACH ROW EXECUTE FUNCTION registrations_guard_person();

-- A form sent again that says the same is one application; one that says something else (the next child) is another.
ALTER TABLE registrations_registration ADD COLUMN sent_seal text NOT NULL DEFAULT '';
ALTER TABLE registrations_registration DROP CONSTRAINT registrations_registration_sent_as_key;
ALTER TABLE registrations_registration ADD CONSTRAINT registrations_sent_once UNIQUE (sent_as, sent_seal);

-- An e-mail is noted once it left, and tried again until then.
ALTER TABLE registrations_letter ADD COLUMN email_to text NOT NULL DEFAULT '';
ALTER TABLE registrations_letter ADD COLUMN missing text[] NOT NULL DEFAULT '{}';
ALTER TABLE registrations_letter ADD COLUMN email_tries integer NOT NULL DEFAULT 0 CHECK (email_tries >= 0);
ALTER TABLE registrations_letter ADD COLUMN email_tried_at timestamptz;
CREATE INDEX registrations_letter_to_email ON registrations_letter (id) WHERE email_to <> '' AND emailed_at IS NULL;
