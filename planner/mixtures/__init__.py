"""What is in the mixture that a run gives, and how the product comes out of it."""
