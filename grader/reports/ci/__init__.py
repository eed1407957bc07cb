"""What build servers and their test viewers read."""
