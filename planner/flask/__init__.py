"""What is done and the amounts that follow; here names meet numbers."""
