"""What a whole library gives: every pair of two lists with its conditions, and the recipes that serve a plate."""
