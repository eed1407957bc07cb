"""What runs on the student's side. It knows nothing of the grader, holds no secret and decides no verdict."""
