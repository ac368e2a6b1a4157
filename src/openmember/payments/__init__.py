"""Money in and out: one door for every channel, the life of a payment, allocation, refunds, gateways."""
