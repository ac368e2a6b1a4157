-- The statement of whoever prescribed a medicine: the time to decide about an exception of Part D counts from it.
ALTER TABLE grievances_event DROP CONSTRAINT grievances_event_kind_check;
ALTER TABLE grievances_event ADD CONSTRAINT grievances_event_kind_check CHECK (kind IN ('received', 'relabelled', 'acknowledged',
    'expedited', 'expedite_refused', 'extended', 'tolled', 'resumed', 'done', 'decided', 'delivered', 'lapsed', 'escalated',
    'effectuated', 'withdrawn', 'reopened', 'vacated', 'supported'));
