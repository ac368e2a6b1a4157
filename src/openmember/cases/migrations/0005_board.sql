-- The board counts the contacts of some regions over some days, each region in its own zone.
CREATE INDEX cases_interaction_of_region ON cases_interaction (region, arrived_at)
    WHERE NOT is_outbound AND channel IN ('phone', 'in_person');
