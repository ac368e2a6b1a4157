-- Payments a representative asked for have a channel of their own.
ALTER DOMAIN payments_channel DROP CONSTRAINT payments_channel_check;
ALTER DOMAIN payments_channel ADD CONSTRAINT payments_channel_check CHECK (VALUE IN (
    'web', 'guest', 'app', 'phone', 'counter', 'wire', 'bank', 'lockbox', 'autopay', 'desk', 'command',
    'representative')) NOT VALID;
