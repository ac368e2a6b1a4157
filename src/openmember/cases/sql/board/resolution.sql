-- First contacts that were settled, and contacts that repeat an earlier one, by team.
SELECT team,
       count(*) FILTER (WHERE is_over AND NOT is_followup) AS firsts,
       count(*) FILTER (WHERE is_over AND NOT is_followup AND is_settled AND NOT came_back) AS settled,
       count(*) AS known,
       count(*) FILTER (WHERE is_repeat) AS repeats
FROM contact WHERE is_known GROUP BY team ORDER BY team
