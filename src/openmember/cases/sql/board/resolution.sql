-- First contacts that were settled, and contacts that repeat an earlier one, by team, of the half hours of half.sql.
SELECT team, sum(firsts)::integer AS firsts, sum(settled)::integer AS settled, sum(known)::integer AS known,
       sum(repeats)::integer AS repeats
FROM half GROUP BY team HAVING sum(known) > 0 ORDER BY team
