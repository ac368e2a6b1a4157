"""Whom to contact: from a need, a region and a moment to a ranked list of answers, each with its reason."""
