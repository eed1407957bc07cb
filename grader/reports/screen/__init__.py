"""What people read on a terminal or in a log: a result, progress, the kill matrix."""
