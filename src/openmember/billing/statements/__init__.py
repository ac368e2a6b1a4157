"""One statement an account a month, over premium, medical and pharmacy together."""
