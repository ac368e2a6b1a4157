"""The list of bills, and each as a letter."""
