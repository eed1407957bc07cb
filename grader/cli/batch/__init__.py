"""The commands about many submissions, and what is seen while they run."""
