"""Words that mean danger: found in anything a person types, before anything else is done with it."""
