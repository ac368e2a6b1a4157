"""How disputes went, whole: universes, dates kept and missed, outcomes, every decision."""
