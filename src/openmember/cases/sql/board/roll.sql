-- Count some half hours and keep them. The rows of the half hours were taken away before.
INSERT INTO cases_half_hour (at, region, team, channel, offered, answered, measured, in_time, abandoned, waiting, wait_seconds,
                             waited_seconds, handled, handling_seconds, firsts, settled, known, repeats)
SELECT at, region, team, channel, offered, answered, measured, in_time, abandoned, waiting, wait_seconds, waited_seconds, handled,
       handling_seconds, firsts, settled, known, repeats
FROM counted
