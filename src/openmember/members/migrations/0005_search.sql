-- Finding people by names as they are heard, by phone and by birth date, each on an index.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- The words of a name as they are compared: small letters without accents, full width or punctuation. A last name
-- of several words is also one, as some write it; so is a whole name that is written without spaces.
-- Everything is named with its schema: an index is built and restored with an empty search path.
CREATE FUNCTION members_name_words(first_name text, middle_name text, last_name text, suffix text)
RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT word), '{}') FROM (
        SELECT regexp_split_to_table(
            regexp_replace(
                regexp_replace(
                    lower(public.unaccent('public.unaccent'::regdictionary, normalize(
                        concat_ws(' ', first_name, middle_name, last_name, suffix, translate(last_name, ' -', ''),
                            CASE WHEN last_name ~ '[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]' AND first_name <> ''
                                 THEN last_name || middle_name || first_name END), NFKC))),
                    '[''’ʼ`´.]', '', 'g'),
                '[^[:alnum:]]+', ' ', 'g'),
            ' ') AS word
    ) AS words WHERE word <> ''
$$;

-- The last ten digits, as a number is typed here.
CREATE FUNCTION members_phone_digits(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT right(regexp_replace(phone, '\D', '', 'g'), 10)
$$;

-- Without a list of what is pending: a search would read that list from end to end.
CREATE INDEX member_by_name_words ON members_member
    USING gin (members_name_words(first_name, middle_name, last_name, suffix)) WITH (fastupdate = off);
CREATE INDEX member_by_phone ON members_member (members_phone_digits(phone)) WHERE phone <> '';
CREATE INDEX member_by_birth ON members_member (birth_on);

-- Every word of anybody's name, so that what sounds alike is looked for among some ten thousand words and not
-- among a million people. Words stay when people change. Not unique: two who add the same word at once do not
-- wait for each other, and a word twice does no harm.
CREATE TABLE members_name_word (word text NOT NULL CHECK (word <> ''));
INSERT INTO members_name_word
SELECT DISTINCT unnest(members_name_words(first_name, middle_name, last_name, suffix)) FROM members_member;
CREATE INDEX member_name_word ON members_name_word (word);
CREATE INDEX member_name_word_like ON members_name_word USING gin (word gin_trgm_ops) WITH (fastupdate = off);

CREATE FUNCTION members_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO members_name_word
    SELECT DISTINCT words.word
    FROM changed, unnest(members_name_words(changed.first_name, changed.middle_name, changed.last_name, changed.suffix)) AS words (word)
    WHERE NOT EXISTS (SELECT FROM members_name_word known WHERE known.word = words.word);
    RETURN NULL;
END $$;
CREATE TRIGGER members_keep_new_words AFTER INSERT ON members_member
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_keep_words();
CREATE TRIGGER members_keep_changed_words AFTER UPDATE ON members_member
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION members_keep_words();
