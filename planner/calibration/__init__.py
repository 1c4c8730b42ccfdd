"""What measured runs teach the model about one pair, and which run to make next."""
