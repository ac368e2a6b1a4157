-- The devices that give numbers. A mark is kept as its hash; the former one holds for the pages on their way.
CREATE TABLE cases_walkin_kiosk (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office text NOT NULL CHECK (office <> ''),
    mark_hash text NOT NULL UNIQUE CHECK (mark_hash <> ''),
    former_hash text UNIQUE CHECK (former_hash <> mark_hash),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL CHECK (made_by <> ''),
    renewed_at timestamptz NOT NULL CHECK (renewed_at >= made_at),
    ended_at timestamptz CHECK (ended_at >= made_at),
    ended_by text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);
CREATE INDEX cases_walkin_kiosk_of ON cases_walkin_kiosk (office, id) WHERE ended_at IS NULL;
CREATE FUNCTION cases_guard_kiosk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.office <> OLD.office THEN
        RAISE EXCEPTION 'a kiosk that was ended stays so' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_kiosk BEFORE UPDATE OR DELETE ON cases_walkin_kiosk
    FOR EACH ROW EXECUTE FUNCTION cases_guard_kiosk();

-- A form sent twice is one ticket.
ALTER TABLE cases_walkin ADD COLUMN sent_as text CHECK (sent_as <> '');
CREATE UNIQUE INDEX cases_walkin_sent ON cases_walkin (sent_as) WHERE sent_as IS NOT NULL;
