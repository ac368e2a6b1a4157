-- What changes the premiums of the people of an account, the newest first. %(numbers)s  all its numbers
SELECT t.account_number, t.member_id, concat_ws(' ', nullif(m.first_name, ''), nullif(m.last_name, '')) AS name,
       lower(t.period) AS starts_on, upper(t.period) - 1 AS ends_on, t.penalty_cents::bigint AS penalty_cents, t.withheld, t.cobra_extended
FROM billing_premium_term t JOIN members_member m ON m.id = t.member_id
WHERE t.account_number = ANY(%(numbers)s) ORDER BY lower(t.period) DESC, t.member_id
