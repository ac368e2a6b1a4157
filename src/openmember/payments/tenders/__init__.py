"""Cards and bank accounts that are kept for a member, to pay from again."""
