"""What api.py and worker.py share: the keys in Redis, and what can happen to a job.

This file is yours: write in it what you like, or remove it.
"""
