-- The words of everybody's name, which a trigger keeps outside benchmarks.
INSERT INTO members_name_word
SELECT DISTINCT unnest(members_name_words(first_name, middle_name, last_name, suffix)) FROM members_member
