-- How many refunds wait for a check and have no address to go to.
SELECT count(*) AS total
FROM payments_refund refund
JOIN payments_credit_part part ON (part.account_number, part.refund_id) = (refund.account_number, refund.id)
JOIN accounts_account a ON a.number = part.account_number
JOIN members_member m ON m.id = a.holder_id
WHERE refund.status = 'requested' AND part.way = 'check' AND (m.street = '' OR m.city = '' OR m.postal_code = '')
