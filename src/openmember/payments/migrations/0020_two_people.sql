-- What one person explains alone counts together for a day, and what took two people is undone by two.

ALTER TABLE payments_recon_match ADD COLUMN undo_asked_by text NOT NULL DEFAULT '', ADD COLUMN undo_asked_reason text NOT NULL DEFAULT '',
    ADD CONSTRAINT payments_recon_undo_four_eyes CHECK (state <> 'undone' OR approved_by = '' OR undo_asked_by <> '' AND undo_asked_by <> undone_by) NOT VALID;

-- Put open entries into one match by hand: it waits for a second person when what it posts, with all that its
-- maker explained alone on the day, is above p_alone. Refuses: as payments_recon_match_by_hand.
CREATE FUNCTION payments_recon_match_within(
    p_entries bigint[], p_rule text, p_reason text, p_posted bigint, p_code smallint, p_alone bigint, p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_alone bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT coalesce(sum(abs(posted_cents)), 0) INTO v_alone FROM payments_recon_match
        WHERE made_by = p_actor AND booked_on = p_on AND state = 'made' AND approved_by = '' AND rule = 'explained';
    RETURN payments_recon_match_by_hand(p_entries, p_rule, p_reason, p_posted, p_code,
                                        p_posted <> 0 AND abs(p_posted) + v_alone > p_alone, p_on, p_actor);
END $$;

-- As before. Refuses: not_matched, same_person.
CREATE OR REPLACE FUNCTION payments_recon_undo(p_match bigint, p_reason text, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    match payments_recon_match;
    v_payments bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT * INTO match FROM payments_recon_match WHERE id = p_match;
    IF match.state IS NULL OR match.state NOT IN ('made', 'waiting') THEN
        PERFORM kernel_refuse('not_matched', 'this match was taken apart already');
    END IF;
    -- What took two people is undone by two: the first asks, another one carries it out.
    IF match.state = 'made' AND match.approved_by <> '' AND match.undo_asked_by = '' THEN
        UPDATE payments_recon_match SET undo_asked_by = p_actor, undo_asked_reason = p_reason WHERE id = p_match;
        RETURN;
    ELSIF match.state = 'made' AND match.undo_asked_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree that this is taken apart');
    END IF;
    v_payments := payments_recon_payments(ARRAY[p_match]);
    UPDATE payments_recon_entry SET match_id = NULL WHERE match_id = p_match;
    UPDATE payments_recon_match SET state = CASE match.state WHEN 'waiting' THEN 'rejected' ELSE 'undone' END,
        undone_by = p_actor, undone_at = clock_timestamp(), undone_reason = p_reason WHERE id = p_match;
    IF match.transfer_id IS NOT NULL THEN
        PERFORM ledger_reverse('HOUSE', match.transfer_id, 'recon', p_on, 'match:' || p_match);
    END IF;
    IF match.state = 'made' THEN
        PERFORM payments_recon_clear(v_payments, p_on, p_actor);
    END IF;
END $$;
