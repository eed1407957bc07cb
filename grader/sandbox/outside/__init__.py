"""The grader's side of the sandbox: it watches what is inside the walls, connects it and ends it."""
