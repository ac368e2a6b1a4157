-- The words of everybody's name, which a trigger keeps outside benchmarks.
INSERT INTO members_name_word
SELECT DISTINCT unnest(name_words) FROM members_member
