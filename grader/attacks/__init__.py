"""The attack corpus: submissions that cheat, graded on the user's own machine."""
