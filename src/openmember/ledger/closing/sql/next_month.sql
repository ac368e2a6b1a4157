-- The oldest month that is open and has transfers, or null.
SELECT min(month) AS month FROM ledger_months() AS posted (month) WHERE NOT ledger_is_closed(month)
