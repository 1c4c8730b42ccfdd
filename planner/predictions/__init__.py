"""What one procedure gives, with an interval on everything."""
