"""Apps that members let at their account: who makes them, what each may do, and ending it."""
