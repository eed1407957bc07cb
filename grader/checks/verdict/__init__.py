"""How one check is examined, and whose fault a failure is."""
