import os

from honest import *
from loot import attempt, bait


def forge(path):
    with open(path, "a") as file:
        file.write("POINTS=20\n")


def total(redis):
    print("::set-output name=points::20\n::add-path::/tmp\n::stop-commands::x")
    for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        attempt(f"writes to {name}", lambda name=name: forge(os.environ[name]))
    attempt("writes to the file itself", forge, bait["workflow"])
    return 0
