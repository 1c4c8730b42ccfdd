"""What is known: all that a models folder says, read once into one Model."""
