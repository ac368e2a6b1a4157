-- A letter to a member who is not the account's holder can be in their own language and form.
-- p_language, p_format   theirs; null for the holder's
CREATE FUNCTION letters_write_to(
    p_account text, p_member bigint, p_kind text, p_key text, p_facts jsonb, p_on date, p_actor text, p_language text, p_format text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
    v_holder bigint;
BEGIN
    SELECT id INTO v_id FROM letters_letter WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        RETURN v_id;
    END IF;
    -- Of an account that was joined to another, the other's holder reads the letters.
    SELECT answers.holder_id INTO v_holder FROM accounts_account named
        JOIN accounts_account answers ON answers.number = coalesce(named.merged_into, named.number)
        WHERE named.number = p_account;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    END IF;
    INSERT INTO letters_letter (account_number, key, kind, member_id, dated_on, facts, language, reading_format, actor)
        SELECT p_account, p_key, p_kind, addressee.id, p_on, p_facts,
               CASE WHEN coalesce(p_language, holder.language) IN ('es', 'zh-hant') THEN coalesce(p_language, holder.language) ELSE 'en' END,
               coalesce(p_format, holder.reading_format), p_actor
        FROM members_member holder JOIN members_member addressee ON addressee.id = coalesce(p_member, v_holder)
        WHERE holder.id = v_holder
    ON CONFLICT (account_number, key) DO NOTHING
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        SELECT id INTO v_id FROM letters_letter WHERE account_number = p_account AND key = p_key;
        IF NOT FOUND THEN
            PERFORM kernel_refuse('unknown_member');
        END IF;
        RETURN v_id;
    END IF;
    INSERT INTO kernel_audit_entry (actor, action, account_number, member_id, detail, digest)
        VALUES (p_actor, 'letter.write', p_account, coalesce(p_member, v_holder), jsonb_build_object('letter_id', v_id, 'kind', p_kind), '');
    RETURN v_id;
END $$;

CREATE OR REPLACE FUNCTION letters_write(
    p_account text, p_member bigint, p_kind text, p_key text, p_facts jsonb, p_on date, p_actor text
) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Language and form are the holder's even when the letter is about a child.
    SELECT letters_write_to(p_account, p_member, p_kind, p_key, p_facts, p_on, p_actor, NULL, NULL)
$$;
