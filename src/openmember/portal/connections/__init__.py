"""Apps a member let at their account: asking for consent, the list, ending one."""
