"""The month-end close as finance works it: what has to be true first, what is reported, and the closing.

The lock and the trial balance are the ledger's (`ledger.closing`); bills, bank and gateways are known here.
"""
