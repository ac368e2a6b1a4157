-- Devices that are told of messages hear of a reply from a team too, which leads to another page than a letter does.
ALTER TABLE devices_outbox DROP CONSTRAINT devices_outbox_kind_check;
ALTER TABLE devices_outbox ADD CONSTRAINT devices_outbox_kind_check CHECK (kind IN ('bill', 'receipt', 'message', 'reply'));

-- A notice is for one sign-in, and so are its devices.
CREATE FUNCTION devices_note_replies() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO devices_outbox (subscription_id, kind)
        SELECT DISTINCT s.id, 'reply' FROM devices_subscription s JOIN devices_device d ON d.id = s.device_id
        WHERE 'message' = ANY (s.wants) AND d.user_id IN (SELECT user_id FROM added)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_replies AFTER INSERT ON threads_notice
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION devices_note_replies();
