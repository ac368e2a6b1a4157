-- Who has a contact in front of them. Lost with the server, and nothing is lost with it.
CREATE UNLOGGED TABLE cases_contact_presence (
    interaction_id bigint NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    is_writing boolean NOT NULL DEFAULT false,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (interaction_id, user_id)
);
