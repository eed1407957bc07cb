"""A .git in a package would be the package's."""

from pathlib import Path


def build(folder: Path, bait: dict) -> Path:
    git = folder / ".git"
    for name in ("objects", "refs", "hooks"):
        (git / name).mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    command = f"touch {bait['drop']}/git-{bait['token']}"
    (git / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = \"{command}; false\"\n"
    )
    return folder
