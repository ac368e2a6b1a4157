"""Money that arrives with a file: premium remittances (820), and what claims leave to the patient (835)."""
