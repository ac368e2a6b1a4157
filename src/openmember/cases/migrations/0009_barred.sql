-- Who may not have a case: whoever made the decision it disputes. No service and no import can give it to them.
ALTER TABLE cases_case ADD COLUMN barred_id bigint REFERENCES members_user,
    ADD CONSTRAINT cases_not_theirs CHECK (owner_id IS NULL OR barred_id IS NULL OR owner_id <> barred_id);
