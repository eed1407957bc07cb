"""Checks: the rubric's side of a grade, and the only room that knows pytest."""
