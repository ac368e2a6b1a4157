-- Words of people's names that share parts with each typed word, the likest first.
-- %(words)s   the typed words
-- Short words have few parts, so that more of them come as near as the right one.
-- pg_trgm.similarity_threshold says how many parts, and is set by who asks.
SELECT typed.place, near.word
FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (word, place)
CROSS JOIN LATERAL (
    SELECT known.word FROM members_name_word known
    WHERE known.word %% typed.word
    ORDER BY similarity(known.word, typed.word) DESC, known.word
    LIMIT CASE WHEN length(typed.word) < 6 THEN 120 ELSE 40 END
) near
ORDER BY typed.place
