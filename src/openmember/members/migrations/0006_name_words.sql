-- The words of a name stand with the member, so that a search does not take them apart again for each it looks at.
ALTER TABLE members_member ADD COLUMN name_words text[] NOT NULL
    GENERATED ALWAYS AS (members_name_words(first_name, middle_name, last_name, suffix)) STORED;
DROP INDEX member_by_name_words;
CREATE INDEX member_by_name_words ON members_member USING gin (name_words) WITH (fastupdate = off);

CREATE OR REPLACE FUNCTION members_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO members_name_word
    SELECT DISTINCT words.word FROM changed, unnest(changed.name_words) AS words (word)
    WHERE NOT EXISTS (SELECT FROM members_name_word known WHERE known.word = words.word);
    RETURN NULL;
END $$;
