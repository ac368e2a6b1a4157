"""Who read or did what, kept so that a change to the record shows. See `services` and `verify`."""
