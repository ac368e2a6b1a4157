-- A form for a visit sent twice asks for one interpreter.
ALTER TABLE cases_interpreter ADD COLUMN sent_as text CHECK (sent_as <> '');
CREATE UNIQUE INDEX cases_interpreter_sent ON cases_interpreter (sent_as) WHERE sent_as IS NOT NULL;
-- What happened around a member, by when.
CREATE INDEX cases_interpreter_by_time ON cases_interpreter (member_id, asked_at DESC, id DESC) WHERE member_id IS NOT NULL;

-- Nobody has interpreted before somebody is seen.
ALTER TABLE cases_interpreter ADD CONSTRAINT cases_interpreter_done_after
    CHECK (state <> 'done' OR starts_at IS NULL OR changed_at >= starts_at) NOT VALID;

-- Whose a request is follows from its contact, in whatever state it is; all else moves as before.
CREATE OR REPLACE FUNCTION cases_guard_interpreter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT cases_interpreter_may_move(OLD.state, NEW.state)
        AND (to_jsonb(OLD) - 'member_id' - 'region') IS DISTINCT FROM (to_jsonb(NEW) - 'member_id' - 'region') THEN
        RAISE EXCEPTION 'a request for an interpreter does not go there' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION cases_interpreter_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_interpreter SET member_id = NEW.member_id, region = NEW.region WHERE interaction_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_interpreter_follows AFTER UPDATE OF member_id, region ON cases_interaction
    FOR EACH ROW WHEN ((OLD.member_id, OLD.region) IS DISTINCT FROM (NEW.member_id, NEW.region))
    EXECUTE FUNCTION cases_interpreter_follows();
CREATE INDEX cases_interpreter_of_contact ON cases_interpreter (interaction_id) WHERE interaction_id IS NOT NULL;
UPDATE cases_interpreter r SET member_id = i.member_id, region = i.region FROM cases_interaction i
    WHERE i.id = r.interaction_id AND (r.member_id, r.region) IS DISTINCT FROM (i.member_id, i.region);
