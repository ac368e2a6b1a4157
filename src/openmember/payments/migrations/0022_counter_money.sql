-- Cash and checks handed over at a counter lie in a drawer, which is counted, or they are not taken at all.

-- At the end of the transaction, because a payment is posted before it is put into its drawer.
-- Refuses: no_drawer.
CREATE FUNCTION payments_payment_in_drawer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payments_drawer_payment WHERE (account_number, payment_id) = (NEW.account_number, NEW.id)) THEN
        PERFORM kernel_refuse('no_drawer', 'cash and checks at a counter are taken into an open drawer');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_payment_lies_in_drawer AFTER INSERT ON payments_payment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.channel = 'counter' AND NEW.method IN ('cash', 'check')) EXECUTE FUNCTION payments_payment_in_drawer();
