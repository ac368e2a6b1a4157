-- Alarms about disputes: a corrected rule does not take a log, and a file cannot be made.
ALTER TABLE cases_alarm DROP CONSTRAINT cases_alarm_kind_check;
ALTER TABLE cases_alarm ADD CONSTRAINT cases_alarm_kind_check CHECK (kind IN (
    'transfer_refused', 'transfer_expired', 'callback_due', 'callback_broken', 'clock_due', 'clock_late', 'member_wrote',
    'unhappy', 'reply_due', 'reply_late', 'letter_returned', 'letter_lacking', 'file_ready', 'handoff_silent', 'handoff_returned',
    'log_unfit', 'file_failed'));
