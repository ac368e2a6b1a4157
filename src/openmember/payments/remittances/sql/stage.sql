-- Lines of a remittance as they were read, before anybody knows whose they are.
COPY payments_remittance_line (
    remittance_id, position, entity, segment_number, kind, code, amount_cents, billed_cents, period_on, period_until,
    bill_id, numbers, last_name, first_name
) FROM STDIN
