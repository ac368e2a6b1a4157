"""Somebody typed of danger at an office: who is told, until somebody has gone and looked."""
