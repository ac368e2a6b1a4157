"""The counter: scan, take, give change and a receipt; count the drawer and bring it to the bank."""
