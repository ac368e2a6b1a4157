-- The case knows by when its reply is owed, so that whoever pulls work gets the oldest promise first.
CREATE FUNCTION threads_reply_owed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_case SET reply_due_at = NEW.reply_due_at
    WHERE id = NEW.case_id AND reply_due_at IS DISTINCT FROM NEW.reply_due_at;
    RETURN NULL;
END $$;
CREATE TRIGGER threads_reply_owed AFTER INSERT OR UPDATE OF reply_due_at ON threads_thread
    FOR EACH ROW EXECUTE FUNCTION threads_reply_owed();
UPDATE cases_case c SET reply_due_at = t.reply_due_at FROM threads_thread t
    WHERE t.case_id = c.id AND t.reply_due_at IS NOT NULL;
