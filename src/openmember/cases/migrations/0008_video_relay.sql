-- Who signs calls by video relay.
ALTER TABLE cases_interaction DROP CONSTRAINT cases_interaction_relay_check;
ALTER TABLE cases_interaction ADD CONSTRAINT cases_interaction_relay_check
    CHECK (relay IN ('', 'tty', 'relay', 'video_relay'));
