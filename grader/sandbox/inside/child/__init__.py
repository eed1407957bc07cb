"""One student process: it makes itself small, then answers calls until the grader hangs up."""
