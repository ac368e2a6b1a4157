"""Proving who a contact is, and what that opens. Any page may ask `find_proof`."""
