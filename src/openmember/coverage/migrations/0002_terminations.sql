-- Coverage ended by us, not by whoever enrolled: each span as it was before, so that it can be as it was again.

CREATE TABLE coverage_termination (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_number varchar(12) COLLATE "C" NOT NULL,
    span_id bigint NOT NULL REFERENCES coverage_span,
    -- What ended it, in the caller's words: the same thing ends a span once.
    reference text NOT NULL CHECK (reference <> ''),
    was_starts_on date NOT NULL,
    was_ends_on date,
    starts_on date NOT NULL,
    ends_on date,
    canceled boolean NOT NULL,
    made_on date NOT NULL,
    actor text NOT NULL CHECK (actor <> ''),
    at timestamptz NOT NULL DEFAULT now(),
    undone_on date,
    undone_by text,
    CHECK ((undone_on IS NULL) = (undone_by IS NULL))
);
CREATE UNIQUE INDEX coverage_termination_once ON coverage_termination (reference, span_id) WHERE undone_on IS NULL;
CREATE INDEX coverage_termination_by_account ON coverage_termination (account_number);
CREATE TRIGGER coverage_termination_guard
    BEFORE DELETE OR UPDATE OF account_number, span_id, reference, was_starts_on, was_ends_on, starts_on, ends_on, canceled, made_on, actor, at
    ON coverage_termination FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
