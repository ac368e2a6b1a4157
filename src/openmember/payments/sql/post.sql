-- Take one payment through the door and audit it, in one round trip.
WITH posted AS MATERIALIZED (
    SELECT * FROM payments_post(
        %(number)s, %(key)s, %(amount)s, %(method)s, %(channel)s, %(bills)s::bigint[], %(order)s,
        %(effective_on)s, %(payer)s, %(actor)s, %(status)s, %(gateway)s, %(tender)s)
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'payment.' || status, %(number)s, jsonb_build_object('payment_id', payment_id), ''
    FROM posted WHERE NOT repeated
)
SELECT * FROM posted
