"""Intake: a folder, a zip or a tar goes in, a clean copy of what the lab asks for comes out."""

from grader.submission.intake.entry import IntakeLimits
from grader.submission.intake.take import Intake, take_in

__all__ = ["Intake", "IntakeLimits", "take_in"]
