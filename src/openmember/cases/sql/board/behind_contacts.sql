-- The contacts behind a figure, the newest first. Every filter is one of the columns figures count, or null.
-- %(answered)s %(in_time)s %(abandoned)s %(waiting)s %(first)s %(settled)s %(repeat)s   yes, no, or null for either
-- %(weekday)s %(hour)s                                                                  of the region's zone, or null
-- %(limit)s
SELECT id, team, region, channel, topic, outcome, representative_name AS representative, arrived_at, zone, wait_seconds, is_answered,
       ARRAY(SELECT c.number FROM cases_interaction_case l JOIN cases_case c ON c.id = l.case_id
             WHERE l.interaction_id = contact.id ORDER BY c.id) AS case_numbers
FROM contact
WHERE (%(answered)s::boolean IS NULL OR is_answered = %(answered)s)
  AND (%(in_time)s::boolean IS NULL OR is_measured AND is_in_time = %(in_time)s)
  AND (%(abandoned)s::boolean IS NULL OR is_abandoned = %(abandoned)s)
  AND (%(waiting)s::boolean IS NULL OR is_waiting = %(waiting)s)
  AND (%(first)s::boolean IS NULL OR (is_known AND is_over AND NOT is_followup) = %(first)s)
  AND (%(settled)s::boolean IS NULL OR (is_settled AND NOT came_back) = %(settled)s)
  AND (%(repeat)s::boolean IS NULL OR (is_known AND is_repeat) = %(repeat)s)
  AND (%(weekday)s::integer IS NULL OR is_measured AND extract(isodow FROM local_at) - 1 = %(weekday)s)
  AND (%(hour)s::integer IS NULL OR is_measured AND extract(hour FROM local_at) = %(hour)s)
ORDER BY arrived_at DESC, id DESC LIMIT %(limit)s
