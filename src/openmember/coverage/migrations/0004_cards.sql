-- ID cards asked for by mail: to whom, where to, and what became of it.

CREATE TABLE coverage_card_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_number varchar(12) COLLATE "C" NOT NULL REFERENCES accounts_account,
    member_id bigint NOT NULL REFERENCES members_member,
    asked_on date NOT NULL,
    -- The first day on which another one can be asked for.
    again_on date NOT NULL,
    address text[] NOT NULL CHECK (cardinality(address) >= 2),
    actor text NOT NULL CHECK (actor <> ''),
    at timestamptz NOT NULL DEFAULT now(),
    sent_on date,
    sent_by text,
    canceled_on date,
    canceled_by text,
    CHECK (again_on > asked_on),
    CHECK ((sent_on IS NULL) = (sent_by IS NULL)),
    CHECK ((canceled_on IS NULL) = (canceled_by IS NULL)),
    CHECK (sent_on IS NULL OR canceled_on IS NULL),
    CHECK (sent_on >= asked_on),
    CHECK (canceled_on >= asked_on),
    CONSTRAINT coverage_card_not_twice
        EXCLUDE USING gist (member_id WITH =, daterange(asked_on, again_on) WITH &&) WHERE (canceled_on IS NULL)
);
CREATE INDEX coverage_card_open ON coverage_card_request (id) WHERE sent_on IS NULL AND canceled_on IS NULL;
CREATE INDEX coverage_card_by_account ON coverage_card_request (account_number);

-- What was asked stays as it was asked.
CREATE TRIGGER coverage_card_guard
    BEFORE DELETE OR UPDATE OF id, account_number, member_id, asked_on, again_on, address, actor, at
    ON coverage_card_request FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What became of it is decided once.
CREATE TRIGGER coverage_card_decided BEFORE UPDATE OF sent_on, sent_by, canceled_on, canceled_by
    ON coverage_card_request FOR EACH ROW WHEN (OLD.sent_on IS NOT NULL OR OLD.canceled_on IS NOT NULL)
    EXECUTE FUNCTION kernel_guard_history();
