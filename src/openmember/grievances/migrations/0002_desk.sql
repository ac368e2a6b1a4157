-- What the coordinators' desk needs: its queue by date, who was asked for a clinical opinion, pages of the file.

-- A plan may still owe something when it has decided: the queue holds whatever it owes.
DROP INDEX grievances_queue;
CREATE INDEX grievances_queue ON grievances_dispute (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX grievances_tolled ON grievances_dispute (id) WHERE is_open AND is_tolled;
CREATE INDEX grievances_outside ON grievances_dispute (id) WHERE is_open AND due_at IS NULL AND NOT is_tolled;

CREATE TABLE grievances_reviewer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    user_id bigint NOT NULL REFERENCES members_user,
    specialty text NOT NULL CHECK (specialty <> '' AND length(specialty) <= 80),
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL CHECK (asked_by <> ''),
    opinion text NOT NULL DEFAULT '' CHECK (length(opinion) <= 8000),
    given_at timestamptz CHECK (given_at >= asked_at),
    CHECK ((opinion = '') = (given_at IS NULL)),
    UNIQUE (dispute_id, user_id)
);

-- Who made the decision reviews nothing of it, and an opinion that was given stays as it was.
CREATE FUNCTION grievances_guard_reviewer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'who was asked stays written' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.opinion <> '' OR (NEW.dispute_id, NEW.user_id, NEW.specialty, NEW.asked_at) <>
                             (OLD.dispute_id, OLD.user_id, OLD.specialty, OLD.asked_at)) THEN
        RAISE EXCEPTION 'an opinion never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM grievances_dispute WHERE id = NEW.dispute_id AND decider_id = NEW.user_id) THEN
        RAISE EXCEPTION 'who made a decision does not review it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grievances_guard_reviewer BEFORE INSERT OR UPDATE OR DELETE ON grievances_reviewer
    FOR EACH ROW EXECUTE FUNCTION grievances_guard_reviewer();

-- How many pages a document has, counted once. None: it cannot be counted.
CREATE TABLE grievances_pages (
    document_id bigint PRIMARY KEY REFERENCES cases_document,
    pages integer CHECK (pages > 0)
);
