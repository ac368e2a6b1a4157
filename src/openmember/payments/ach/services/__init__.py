"""Drawing from bank accounts.

`banks` keeps bank accounts, `debits` asks for money, `files` writes what goes to the bank and records its
answer, `returns` takes what banks send back, `exceptions` closes what a person decided.
"""
