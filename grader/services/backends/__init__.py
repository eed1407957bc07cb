"""The ways of running a server, one a file."""
