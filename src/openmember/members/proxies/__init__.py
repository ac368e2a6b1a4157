"""Proxies: who may act for a member, for what, on which ground and until when."""
