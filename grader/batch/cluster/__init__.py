"""Batches beyond one machine: the same grading on the workers of a Dask cluster."""

from grader.batch.cluster.runner import Cluster

__all__ = ["Cluster"]
