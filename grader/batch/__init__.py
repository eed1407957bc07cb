"""A whole course at once: what was handed in, by whom, and how all of it is graded."""
