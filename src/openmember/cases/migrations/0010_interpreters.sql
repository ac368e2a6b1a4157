-- Requests for an interpreter: for a contact that runs, or for an appointment, which is another system's.
CREATE TABLE cases_interpreter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint REFERENCES members_member,
    interaction_id bigint REFERENCES cases_interaction,
    region text NOT NULL DEFAULT '',
    language text NOT NULL CHECK (language <> ''),
    mode text NOT NULL CHECK (mode IN ('phone', 'video', 'in_person')),
    relay text NOT NULL DEFAULT '' CHECK (relay IN ('', 'tty', 'relay', 'video_relay')),
    starts_at timestamptz,
    place text NOT NULL DEFAULT '' CHECK (length(place) <= 200),
    reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 80),
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'assigned', 'done', 'unavailable', 'cancelled')),
    agency text NOT NULL DEFAULT '' CHECK (length(agency) <= 120),
    interpreter text NOT NULL DEFAULT '' CHECK (length(interpreter) <= 120),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 300),
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL CHECK (asked_by <> ''),
    changed_at timestamptz NOT NULL CHECK (changed_at >= asked_at),
    -- For one of the two. An appointment is somebody's, at a time and a place.
    CHECK ((interaction_id IS NULL) = (starts_at IS NOT NULL)),
    CHECK (starts_at IS NULL OR member_id IS NOT NULL AND place <> ''),
    CHECK (language <> 'ase' OR mode <> 'phone'),
    CHECK (state NOT IN ('assigned', 'done') OR agency <> ''),
    CHECK (state NOT IN ('unavailable', 'cancelled') OR reason <> '')
);
-- A contact waits for one interpreter of a language at a time.
CREATE UNIQUE INDEX cases_interpreter_once ON cases_interpreter (interaction_id, language) WHERE state IN ('asked', 'assigned');
CREATE INDEX cases_interpreter_of_member ON cases_interpreter (member_id, id DESC) WHERE member_id IS NOT NULL;
CREATE INDEX cases_interpreter_open ON cases_interpreter (region, starts_at NULLS FIRST, id) WHERE state IN ('asked', 'assigned');

CREATE FUNCTION cases_interpreter_may_move(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (before, after) IN (
        ('asked', 'assigned'), ('asked', 'unavailable'), ('asked', 'cancelled'), ('assigned', 'assigned'),
        ('assigned', 'done'), ('assigned', 'unavailable'), ('assigned', 'cancelled'))
$$;
CREATE FUNCTION cases_guard_interpreter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT cases_interpreter_may_move(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'a request for an interpreter does not go there' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard_interpreter BEFORE UPDATE OR DELETE ON cases_interpreter
    FOR EACH ROW EXECUTE FUNCTION cases_guard_interpreter();
