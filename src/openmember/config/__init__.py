"""Settings, addresses, logs: the only reader of the environment."""
