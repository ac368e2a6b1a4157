-- A member is asked only for disputed money that was booked and went back to them. Of a payment that was never booked
-- nothing could be taken, and nothing is owed.

-- Whether a payment was there to dispute: as much of it went back, by refunds and disputes, as is now missing.
CREATE FUNCTION payments_beyond_was_refunded(p_account text, p_dispute bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM payments_dispute d JOIN payments_payment p ON (p.account_number, p.id) = (d.account_number, d.payment_id)
        WHERE d.account_number = p_account AND d.id = p_dispute AND p.refunded_cents >= d.beyond_cents
    )
$$;

CREATE FUNCTION payments_gateway_billed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT payments_beyond_was_refunded(NEW.account_number, NEW.dispute_id) THEN
        PERFORM kernel_refuse('not_this', 'this was not given back before, so nobody is asked for it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_gateway_billed_refunded BEFORE UPDATE ON payments_gateway_exception
    FOR EACH ROW WHEN (OLD.state = 'open' AND NEW.state = 'billed') EXECUTE FUNCTION payments_gateway_billed();
