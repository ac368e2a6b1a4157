-- Who may act for whom, for what, on which ground and until when. Nothing of it is changed but that it ends.
CREATE TABLE members_proxy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES members_member,
    proxy_id bigint NOT NULL REFERENCES members_member,
    scopes text[] NOT NULL CHECK (
        cardinality(scopes) > 0 AND scopes <@ ARRAY['read_messages', 'write_messages']
        AND (NOT 'write_messages' = ANY (scopes) OR 'read_messages' = ANY (scopes))
    ),
    basis text NOT NULL CHECK (basis IN ('authorization', 'parent', 'guardian', 'power_of_attorney', 'representative')),
    starts_at timestamptz NOT NULL,
    -- The first moment at which it is over; null until somebody ends it.
    ends_at timestamptz,
    recorded_by text NOT NULL CHECK (recorded_by <> ''),
    ended_at timestamptz,
    ended_by text,
    CHECK (member_id <> proxy_id),
    CHECK (ends_at > starts_at),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX members_proxy_once ON members_proxy (member_id, proxy_id) WHERE ended_at IS NULL;
CREATE INDEX members_proxy_of ON members_proxy (proxy_id) WHERE ended_at IS NULL;
CREATE TRIGGER members_proxy_guard
    BEFORE UPDATE OF id, member_id, proxy_id, scopes, basis, starts_at, ends_at, recorded_by OR DELETE ON members_proxy
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER members_proxy_stays BEFORE TRUNCATE ON members_proxy
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER members_proxy_over BEFORE UPDATE ON members_proxy
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION kernel_guard_history();
