"""Taking receipts in, posting those that are sure, and what people do with the rest."""
