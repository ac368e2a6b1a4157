"""The premium run: what every month of coverage costs, billed once, and corrected on the next bill."""
