"""Applying for financial help, step by step, and following what becomes of it."""
