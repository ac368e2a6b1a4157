"""The payment line: what callers hear and press, over any carrier that speaks TwiML."""
