import os
from pathlib import Path

from loot import attempt, bait, loot


def look():
    loot(" ".join(os.environ.values()), "in Alembic's environment")
    attempt("leaves a mark", lambda: (Path(bait["drop"]) / f"alembic-{bait['token']}").touch())
