-- As before. In whatever order the planner asks, only a name that ends in a month is read as one: the name of
-- another table may end in six digits that are no month.
CREATE OR REPLACE FUNCTION ledger_refuse_until(p_month date) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    leaf record;
BEGIN
    FOR leaf IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'ledger_transfer'::regclass
          AND CASE WHEN c.relname ~ '^ledger_transfer_[0-9]{4}(0[1-9]|1[0-2])$' THEN to_date(right(c.relname, 6), 'YYYYMM') <= p_month END
          AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'ledger_month_closed')
        ORDER BY c.relname
    LOOP
        EXECUTE format('CREATE TRIGGER ledger_month_closed BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION ledger_refuse_closed()', leaf.relname);
    END LOOP;
END $$;
