-- The next number of an office's day. The row is locked until the ticket stands, so that numbers follow each other.
-- %(office)s %(day)s %(most)s
INSERT INTO cases_walkin_day (office, on_day, last_number) VALUES (%(office)s, %(day)s, 1)
ON CONFLICT (office, on_day) DO UPDATE SET last_number = cases_walkin_day.last_number + 1
    WHERE cases_walkin_day.last_number < %(most)s
RETURNING last_number
