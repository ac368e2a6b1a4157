"""Care work: contacts, cases with numbers, owners and clocks, transfers, callbacks, and what repeats."""
