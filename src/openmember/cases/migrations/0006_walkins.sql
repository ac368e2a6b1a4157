-- Walk-ins at a facility's Member Services desk. A ticket is a place in a room; the contact it leads to is a row of
-- `cases_interaction` from the moment the person came, so that waits, answers and those who gave up are counted as
-- everywhere.
CREATE TABLE cases_walkin_day (
    office text NOT NULL CHECK (office <> ''),
    on_day date NOT NULL,
    last_number integer NOT NULL CHECK (last_number BETWEEN 1 AND 999),
    PRIMARY KEY (office, on_day)
);
CREATE TABLE cases_walkin (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office text NOT NULL,
    on_day date NOT NULL,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 999),
    interaction_id bigint NOT NULL UNIQUE REFERENCES cases_interaction,
    language text NOT NULL CHECK (language <> ''),
    team text NOT NULL CHECK (team <> ''),
    needs text[] NOT NULL DEFAULT '{}' CHECK (needs <@ ARRAY['rest', 'fetch', 'print', 'quiet']),
    -- A name or a number as it was typed. It proves nothing, and is emptied when the day is over.
    typed text NOT NULL DEFAULT '' CHECK (length(typed) <= 80),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'called', 'served', 'missed', 'left')),
    arrived_at timestamptz NOT NULL,
    -- Its turn: when the person came, or earlier by the head start of the policy.
    place_at timestamptz NOT NULL CHECK (place_at <= arrived_at),
    called_at timestamptz CHECK (called_at >= arrived_at),
    calls integer NOT NULL DEFAULT 0 CHECK (calls >= 0),
    user_id bigint REFERENCES members_user,
    desk integer CHECK (desk BETWEEN 1 AND 99),
    settled_at timestamptz,
    UNIQUE (office, on_day, number),
    CHECK ((state IN ('called', 'served', 'missed')) = (called_at IS NOT NULL)),
    CHECK ((called_at IS NULL) = (user_id IS NULL) AND (called_at IS NULL) = (desk IS NULL)),
    CHECK ((state IN ('served', 'missed', 'left')) = (settled_at IS NOT NULL)),
    CHECK (state <> 'left' OR typed = '')
);
CREATE INDEX cases_walkin_waiting ON cases_walkin (office, on_day, place_at, id) WHERE state = 'waiting';
CREATE INDEX cases_walkin_typed ON cases_walkin (on_day) WHERE typed <> '' OR state IN ('waiting', 'called', 'missed');
-- A person calls one at a time, and at a desk stands one.
CREATE UNIQUE INDEX cases_walkin_one_each ON cases_walkin (user_id) WHERE state = 'called';
CREATE UNIQUE INDEX cases_walkin_one_desk ON cases_walkin (office, on_day, desk) WHERE state = 'called';

CREATE FUNCTION cases_walkin_may_move(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (before, after) IN (
        ('waiting', 'called'), ('waiting', 'left'), ('called', 'served'), ('called', 'missed'), ('called', 'waiting'),
        ('called', 'left'), ('missed', 'waiting'), ('missed', 'left'))
$$;
CREATE FUNCTION cases_guard_walkin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.office, NEW.on_day, NEW.number, NEW.arrived_at) IS DISTINCT FROM (OLD.office, OLD.on_day, OLD.number, OLD.arrived_at) THEN
        RAISE EXCEPTION 'a ticket stays what it was' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT cases_walkin_may_move(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'a ticket does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_walkin BEFORE UPDATE ON cases_walkin FOR EACH ROW EXECUTE FUNCTION cases_guard_walkin();

-- Somebody typed at an office that somebody is in danger. What was typed is not kept.
CREATE TABLE cases_walkin_danger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office text NOT NULL CHECK (office <> ''),
    kind text NOT NULL CHECK (kind IN ('emergency', 'violence', 'self_harm')),
    at timestamptz NOT NULL,
    seen_at timestamptz,
    seen_by text NOT NULL DEFAULT '',
    CHECK ((seen_at IS NULL) = (seen_by = ''))
);
CREATE INDEX cases_walkin_danger_unseen ON cases_walkin_danger (office, id) WHERE seen_at IS NULL;
