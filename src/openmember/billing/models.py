"""Bills live in partitioned tables written by the database functions of the migrations.

`queries.py` reads them with SQL, so Django needs no model of them.
"""
