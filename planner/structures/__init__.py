"""What is in the bottles: structures, where they react and what they can become (RDKit lives here)."""
