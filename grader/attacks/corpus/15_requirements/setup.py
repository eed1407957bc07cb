from pathlib import Path

from loot import bait

(Path(bait["drop"]) / f"installed-{bait['token']}").touch()
