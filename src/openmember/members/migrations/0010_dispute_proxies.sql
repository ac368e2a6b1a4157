-- Disputes are a leave of their own. Who stands in for a member by law had it with the leave to write.
ALTER TABLE members_proxy DROP CONSTRAINT members_proxy_scopes_check, DROP CONSTRAINT members_proxy_basis_check;
ALTER TABLE members_proxy
    ADD CONSTRAINT members_proxy_scopes_check CHECK (
        cardinality(scopes) > 0 AND scopes <@ ARRAY['disputes', 'read_messages', 'write_messages']
        AND (NOT 'write_messages' = ANY (scopes) OR 'read_messages' = ANY (scopes))
        AND (NOT 'disputes' = ANY (scopes) OR 'write_messages' = ANY (scopes))
    ),
    ADD CONSTRAINT members_proxy_basis_check CHECK (
        basis IN ('authorization', 'parent', 'guardian', 'power_of_attorney', 'representative', 'appointment')
    ),
    -- When both signed the form: an appointment is valid for a year, and its row ends by then.
    ADD COLUMN signed_on date,
    ADD CHECK ((basis = 'appointment') = (signed_on IS NOT NULL)),
    ADD CHECK (basis <> 'appointment' OR (ends_at IS NOT NULL AND ends_at <= signed_on + interval '367 days'));
ALTER TABLE members_proxy DISABLE TRIGGER members_proxy_guard;
UPDATE members_proxy SET scopes = array_append(scopes, 'disputes')
WHERE ended_at IS NULL AND basis <> 'authorization' AND 'write_messages' = ANY (scopes);
ALTER TABLE members_proxy ENABLE TRIGGER members_proxy_guard;
DROP TRIGGER members_proxy_guard ON members_proxy;
CREATE TRIGGER members_proxy_guard
    BEFORE UPDATE OF id, member_id, proxy_id, scopes, basis, starts_at, ends_at, recorded_by, signed_on OR DELETE
    ON members_proxy FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
