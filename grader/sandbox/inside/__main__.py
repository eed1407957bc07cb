"""The program on the student's side.

It runs as `warm CONTROL HANDING SCRATCH LAUNCHER SERVICE...`, `serve CHANNEL PARENT` or `probe PLAN`.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(arguments: list[str]) -> None:
    """Runs the warm process or, for the spawn launcher, one student process."""
    _import_package()
    from grader.sandbox.inside.child.serve import run_child  # noqa: PLC0415 - found only now
    from grader.sandbox.inside.family import die_with_parent  # noqa: PLC0415
    from grader.sandbox.inside.warm import run_warm  # noqa: PLC0415

    match arguments:
        case ["warm", control, handing, scratch, launcher, *services]:
            run_warm(int(control), int(handing), scratch, launcher, services)
        case ["serve", channel, parent]:
            die_with_parent(int(parent))
            run_child(int(channel), 1)
        case ["probe", fields]:
            _probe(json.loads(fields))
        case _:
            sys.exit(f"{__doc__}")


def _probe(fields: dict[str, Any]) -> None:
    from grader.sandbox.inside.walls.plan import Plan  # noqa: PLC0415 - found only now
    from grader.sandbox.inside.walls.probe import probe_all  # noqa: PLC0415

    sys.stdout.write(json.dumps(probe_all(Plan(**fields))))


def _import_package() -> None:
    """Imports everything of the package, whose folder need not stay on the path of a student's process."""
    folder = str(Path(__file__).parents[3])
    added = folder not in sys.path
    if added:
        sys.path.append(folder)
    try:
        import grader.sandbox.inside.warm  # noqa: F401, PLC0415 - found only now
    finally:
        if added:
            sys.path.remove(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
