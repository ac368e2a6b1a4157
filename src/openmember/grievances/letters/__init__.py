"""Letters of disputes: which event owes which, what each must say, and the words they are made of."""
