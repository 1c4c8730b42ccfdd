"""Plans: what is asked for, the search for it, and the ranked recommendations with their reasons."""
