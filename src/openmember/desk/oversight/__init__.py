"""How disputes went, for whoever oversees them: dates kept and missed, universes, decisions, changes of law."""
