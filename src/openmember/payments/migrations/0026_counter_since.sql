-- Since when cash and checks of a counter must lie in a drawer: what the desk took before has none, and is right so.
-- Kept as a fact, because a payment and the update that began it are both of the past.
DO $$
BEGIN
    EXECUTE format('CREATE FUNCTION payments_counter_since() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS %L', format('SELECT %L::timestamptz',
        (SELECT coalesce(max(applied), now()) FROM django_migrations WHERE app = 'payments' AND name = '0022_counter_money')));
END $$;
