-- What the plan itself added to an appeal, and that the member had it in time to answer. Only ever added to.

CREATE TABLE grievances_sharing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dispute_id bigint NOT NULL REFERENCES grievances_dispute,
    message text NOT NULL CHECK (message <> '' AND length(message) <= 4000),
    at timestamptz NOT NULL,
    -- The last day for the member's answer, where the dispute is counted.
    answer_on date NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT ''
);
CREATE INDEX grievances_sharing_of ON grievances_sharing (dispute_id, id);
CREATE TRIGGER grievances_sharing_guard BEFORE UPDATE OR DELETE ON grievances_sharing
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_sharing_stays BEFORE TRUNCATE ON grievances_sharing
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- Each document or opinion once: shared, or (with why) found to be the member's own or their doctor's.
CREATE TABLE grievances_sharing_item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sharing_id bigint REFERENCES grievances_sharing,
    document_id bigint UNIQUE REFERENCES cases_document,
    reviewer_id bigint UNIQUE REFERENCES grievances_reviewer,
    theirs_why text NOT NULL DEFAULT '' CHECK (length(theirs_why) <= 500),
    at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    CHECK (num_nonnulls(document_id, reviewer_id) = 1),
    CHECK ((sharing_id IS NULL) = (theirs_why <> '')),
    -- An opinion is never the member's own.
    CHECK (reviewer_id IS NULL OR sharing_id IS NOT NULL)
);
CREATE TRIGGER grievances_sharing_item_guard BEFORE UPDATE OR DELETE ON grievances_sharing_item
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_sharing_item_stays BEFORE TRUNCATE ON grievances_sharing_item
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

CREATE TABLE grievances_sharing_answer (
    sharing_id bigint PRIMARY KEY REFERENCES grievances_sharing,
    at timestamptz NOT NULL,
    how text NOT NULL CHECK (how <> '' AND length(how) <= 300),
    actor text NOT NULL CHECK (actor <> ''),
    actor_name text NOT NULL DEFAULT ''
);
CREATE TRIGGER grievances_sharing_answer_guard BEFORE UPDATE OR DELETE ON grievances_sharing_answer
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER grievances_sharing_answer_stays BEFORE TRUNCATE ON grievances_sharing_answer
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
