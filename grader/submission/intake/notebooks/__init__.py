"""Notebooks that were handed in where the lab asks for a Python file."""
