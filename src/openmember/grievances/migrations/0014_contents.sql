-- What a file says, as a sum: another one means that something came since. Files made before this have none.
ALTER TABLE grievances_package ADD COLUMN contents text CHECK (contents ~ '^[0-9a-f]{64}$');
