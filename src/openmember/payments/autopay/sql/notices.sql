-- Write to the payer before each planned payment whose amount is not the last one. Returns how many letters there are.
-- %(today)s  the letter's date     %(actor)s  who plans
-- Repeatable: a letter has the draw's key.
SELECT count(letters_write(
    d.account_number, m.member_id, CASE WHEN d.last_cents IS NULL THEN 'autopay_first' ELSE 'autopay_changed' END,
    'autopay:' || d.id, jsonb_build_object('amount_cents', d.amount_cents, 'last_cents', d.last_cents, 'draw_on', d.draw_on, 'tender', m.tender),
    %(today)s, %(actor)s)) AS written
FROM payments_draw d JOIN payments_mandate m ON m.id = d.mandate_id
WHERE d.status = 'planned' AND d.is_noticed
  AND NOT EXISTS (SELECT 1 FROM letters_letter l WHERE l.account_number = d.account_number AND l.key = 'autopay:' || d.id)
