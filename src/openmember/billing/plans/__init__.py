"""Payment plans: medical bills paid in parts, without interest, on terms the policy or the law sets."""
