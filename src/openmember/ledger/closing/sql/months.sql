-- The months in which something was posted or that were closed, the newest first. %(limit)s  how many at most
SELECT month FROM (SELECT month FROM ledger_months() AS posted (month) UNION SELECT month FROM ledger_closing) known
ORDER BY month DESC LIMIT %(limit)s
