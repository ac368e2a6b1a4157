-- What the plans cost whose premium no sponsor told.
-- %(today)s  the day the books are at
INSERT INTO billing_rate (plan, area, tier, period, amount_cents)
SELECT 'Plan ' || number, '1', 'IND', daterange(date_trunc('year', %(today)s::date)::date, NULL), 45000 FROM generate_series(0, 11) number
