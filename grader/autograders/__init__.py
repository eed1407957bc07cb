"""What platforms that run the grader themselves are given."""
