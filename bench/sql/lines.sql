-- Each bill's only line.
INSERT INTO billing_line (account_number, bill_month, bill_id, position, description, amount_cents)
SELECT account_number, month, id, 1, title, amount_cents FROM billing_bill
