"""Rings: whether two ends of a molecule find each other or the next molecule, and what makes them."""
