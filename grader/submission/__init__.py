"""The submission: intake to a clean copy, and the handle that checks call."""
