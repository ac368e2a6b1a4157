-- Record a gateway's answer and audit it, in one round trip.
WITH answered AS MATERIALIZED (
    SELECT * FROM payments_answer(
        %(number)s, %(payment)s, %(status)s, %(reference)s, %(tender)s, %(order)s,
        %(effective_on)s, %(actor)s, %(reason)s)
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'payment.' || status, %(number)s, jsonb_build_object('payment_id', payment_id), ''
    FROM answered WHERE NOT repeated
)
SELECT * FROM answered
