"""Handing a case over: an offer with its context, taken or refused."""
