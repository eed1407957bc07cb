"""A worker of a pool, as a program: `python -m grader.pool DESCRIPTOR`."""

import sys

from grader.pool.worker import work

if __name__ == "__main__":
    work(int(sys.argv[1]))
