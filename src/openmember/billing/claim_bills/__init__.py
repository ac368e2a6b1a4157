"""Bills for care: what a payer's decision, a visit or a dispensing leaves to its patient."""
