-- Decisions that were missed: those of whose miss the law has not made anything yet are looked for in these.
CREATE INDEX grievances_clock_missed ON grievances_clock (dispute_id)
    WHERE step = 'decide' AND met_at IS NULL AND missed_at IS NOT NULL AND lapse <> '';
