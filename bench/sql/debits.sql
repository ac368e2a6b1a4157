-- A bank account and a waiting debit for each row of the temporary table `sealed`.
INSERT INTO payments_ach_bank (account_number, id, usable_on, fingerprint, actor)
SELECT number, place, '2026-01-01', sha256(number::bytea), 'bench' FROM sealed ORDER BY number;
INSERT INTO payments_ach_bank_detail (account_number, bank_id, version, routing, sealed, last_four, kind, is_business, holder, reason, actor)
SELECT number, place, 1, '231380104', sealed, right(place::text, 4), 'checking', false, 'Ana Ruiz', 'given', 'bench' FROM sealed ORDER BY number;
INSERT INTO payments_payment (account_number, id, key, amount_cents, method, channel, status, gateway, payer, effective_on)
SELECT number, nextval('payments_payment_id'), 'debit:' || place, 18000 + place % 9000, 'ach', 'autopay', 'authorising', 'ach', 'autopay', '2026-11-24' FROM sealed ORDER BY number;
INSERT INTO payments_move (account_number, payment_id, from_status, to_status, actor)
SELECT account_number, id, '', 'authorising', 'bench' FROM payments_payment WHERE gateway = 'ach';
INSERT INTO payments_ach_entry (account_number, kind, payment_id, bank_id, amount_cents, sec, description, wanted_on, is_recurring)
SELECT p.account_number, 'debit', p.id, b.id, p.amount_cents, 'WEB', 'HEALTHPLAN', '2026-11-24', true
FROM payments_payment p JOIN payments_ach_bank b USING (account_number) WHERE p.gateway = 'ach' ORDER BY p.account_number;
ANALYZE payments_ach_bank, payments_ach_bank_detail, payments_payment, payments_ach_entry, payments_ach_waiting
