"""This device: keeping the ID card on it, being told of news on it, and leaving it empty."""
