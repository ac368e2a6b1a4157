-- A file that could not be made as often as it is tried: when its owner was told. Asked for again, it is tried anew.
ALTER TABLE grievances_order ADD COLUMN failed_at timestamptz CHECK (failed_at IS NULL OR package_id IS NULL AND tries > 0);
CREATE INDEX grievances_order_to_make ON grievances_order (id) WHERE package_id IS NULL;
