"""The ID card: shown, printed, and asked for by mail."""
