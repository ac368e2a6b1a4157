"""Finance at the desk: the bank against the books, and closing a month."""
