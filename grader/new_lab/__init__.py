"""A new lab, complete and small: handout, starter, checks, and specimens that agree with them."""

from grader.new_lab.make import NewLab, make_lab
from grader.new_lab.service import SERVICES
from grader.new_lab.site import Site, find_site, require_usable_id

__all__ = ["SERVICES", "NewLab", "Site", "find_site", "make_lab", "require_usable_id"]
