"""Money that says in a text whose it is: posted where that is sure, else kept for a person."""
