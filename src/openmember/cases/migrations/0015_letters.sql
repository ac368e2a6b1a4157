-- Alarms about letters: one that came back, and one that could not be written because it lacks something.
ALTER TABLE cases_alarm DROP CONSTRAINT cases_alarm_kind_check;
ALTER TABLE cases_alarm ADD CONSTRAINT cases_alarm_kind_check CHECK (kind IN (
    'transfer_refused', 'transfer_expired', 'callback_due', 'callback_broken', 'clock_due', 'clock_late', 'member_wrote',
    'unhappy', 'reply_due', 'reply_late', 'letter_returned', 'letter_lacking'));
