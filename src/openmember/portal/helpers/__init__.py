"""Who helps a member, for whom the member acts, and ending either."""
