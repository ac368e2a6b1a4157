"""The evidence file as one document: who outside has it, the member's copy, what was shared with them."""
