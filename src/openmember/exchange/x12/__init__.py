"""What every X12 file shares: segments, the envelope around them, and typed values."""
