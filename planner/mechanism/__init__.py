"""What can happen: species, balanced steps and networks, without numbers."""
