-- The posted payment with the same payer and trace, and whether this one says the same. %(id)s this one
SELECT posted.id, posted.amount_cents = own.amount_cents AND NOT EXISTS (
    (SELECT position, code, amount_cents, numbers FROM payments_remittance_line WHERE remittance_id = own.id
     EXCEPT SELECT position, code, amount_cents, numbers FROM payments_remittance_line WHERE remittance_id = posted.id)
    UNION ALL
    (SELECT position, code, amount_cents, numbers FROM payments_remittance_line WHERE remittance_id = posted.id
     EXCEPT SELECT position, code, amount_cents, numbers FROM payments_remittance_line WHERE remittance_id = own.id)
) AS is_same
FROM payments_remittance own JOIN payments_remittance posted USING (payer, trace)
WHERE own.id = %(id)s AND posted.state = 'posted'
