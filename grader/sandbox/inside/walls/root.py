"""The root that student code sees: Python, the drivers, and a few folders to write in."""

# Paths are texts here: they are put together for another root, or asked for in each process.
# ruff: noqa: PTH102, PTH103, PTH106, PTH110, PTH112, PTH114, PTH115, PTH211

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.inside.walls import kernel
from grader.sandbox.inside.walls.landlock import Access
from grader.sandbox.inside.walls.namespaces import HOST_NAME
from grader.sandbox.inside.walls.plan import FILES, Plan

PROGRAMS = ("sh", "env", "cat", "echo", "ls", "mkdir", "pwd", "rm", "sleep", "true", "uname")
DEVICES = ("null", "full", "random", "urandom")
PLACES = {
    "work": ("/lab", "/workspace"),
    "tmp": ("/tmp", "/var/tmp"),  # noqa: S108 - its own ones
    "home": ("/home/student", "/home/learner"),
    "shm": ("/dev/shm",),  # noqa: S108 - likewise
}
"""By the folder's name in the file system that can be written to, where it is shown: at the first of these
places below which nothing of Python's lies."""

_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64")
_ROOT_OPTIONS = "size=4m,nr_inodes=4k,mode=755"
_QUIET = kernel.NO_SUID | kernel.NO_DEVICES
INSIDE = Path(__file__).parents[1]
PACKAGE = INSIDE.parents[1]


@dataclass(frozen=True)
class Root:
    """A root that is this process's.

    Attributes:
        box: A descriptor of the file system that can be written to.
        places: By the names of its folders, where these are shown.
        access: What a second wall lets through.
    """

    box: int
    places: Mapping[str, str]
    access: Mapping[str, Access]


def build(plan: Plan) -> Root:
    """Builds the root, and makes it this process's.

    Raises:
        OSError: The kernel refuses a step.
    """
    root = f"{plan.scratch}/root"
    os.umask(0o022)
    os.mkdir(root)
    kernel.mount("none", "/", flags=kernel.RECURSIVE | kernel.PRIVATE)
    kernel.mount("root", root, "tmpfs", _QUIET, _ROOT_OPTIONS)
    paths = read_only_paths()
    places = {name: _free(candidates, paths) for name, candidates in PLACES.items()}
    for path in paths:
        _bind(root, path)
    _hide_package(root)
    _write_files(root, plan, places["home"])
    _bind_programs(root)
    _make_devices(root)
    box = _make_box(root, plan, places)
    os.mkdir(root + FILES)
    kernel.mount(plan.files, root + FILES, flags=kernel.BIND)
    kernel.restrict_mount(root + FILES, _QUIET | kernel.NO_EXECUTION, recursive=False)
    os.mkdir(f"{root}/proc")
    kernel.mount("proc", f"{root}/proc", "proc", _QUIET | kernel.NO_EXECUTION)
    _turn(root)
    access = dict.fromkeys((*paths, str(PACKAGE), "/etc", "/bin", "/usr/bin", "/proc"), Access.READ)
    access |= {"/": Access.LIST, FILES: Access.CHANGE}
    access |= dict.fromkeys((*places.values(), *(f"/dev/{name}" for name in DEVICES)), Access.CHANGE)
    return Root(box, places, access)


def _free(candidates: Sequence[str], paths: Sequence[str]) -> str:
    free = (place for place in candidates if not any(f"{path}/".startswith(f"{place}/") for path in paths))
    return next(free, candidates[-1])


def python_paths() -> Iterator[str]:
    """Where Python and the packages are: folders, and the interpreter itself."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    yield from filter(None, (sysconfig.get_path(name) for name in names))
    library = sysconfig.get_config_var("LIBDIR")
    if library and "libpython" in str(sysconfig.get_config_var("INSTSONAME")):
        yield from (str(file) for file in Path(library).glob("libpython*.so*"))
    yield from (
        entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages", "lib-dynload")
    )
    interpreter = Path(sys.executable)
    yield from map(str, (interpreter, *_links_to(interpreter)))
    yield from (str(file) for file in (interpreter.parent.parent / "pyvenv.cfg",) if file.exists())


def _links_to(program: Path) -> Iterator[Path]:
    while program.is_symlink():
        program = program.parent / program.readlink()
        yield program


def read_only_paths() -> list[str]:
    """Absolute paths, parents before what is in them; each is bound once."""
    wanted = {*_LIBRARIES, "/etc/ld.so.cache", "/usr/share/zoneinfo", *python_paths()}
    bound: list[str] = []
    for path in sorted(os.path.normpath(each) for each in wanted if os.path.lexists(each)):
        if not any(path == above or path.startswith(f"{above}/") for above in bound):
            bound.append(path)
    return bound


def _bind(root: str, path: str) -> None:
    """Gives a path of the machine's the same name in the root, for reading only."""
    target = Path(root + path)
    if os.path.lexists(target) and (target.is_symlink() or target.is_mount() or not target.is_dir()):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(path):
        target.symlink_to(os.readlink(path))
        real = os.path.realpath(path)
        if not os.path.lexists(root + real):
            _bind(root, real)
        return
    if os.path.isdir(path):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    kernel.mount(path, str(target), flags=kernel.BIND | kernel.RECURSIVE)
    kernel.restrict_mount(str(target), kernel.READ_ONLY | _QUIET, recursive=True)


def _hide_package(root: str) -> None:
    """Puts nothing of this package there but what runs inside, wherever the whole of it is installed."""
    place = Path(f"{root}{PACKAGE}")
    if place.exists():
        kernel.mount("package", str(place), "tmpfs", _QUIET, _ROOT_OPTIONS)
    inner = Path(f"{root}{INSIDE}")
    inner.parent.mkdir(parents=True, exist_ok=True)
    for folder in (PACKAGE, INSIDE.parent):
        Path(f"{root}{folder}/__init__.py").write_bytes(b"")
    _bind(root, str(INSIDE))
    if os.path.ismount(place):
        kernel.restrict_mount(str(place), kernel.READ_ONLY, recursive=False)


def _write_files(root: str, plan: Plan, home: str) -> None:
    uid = plan.inner_uid
    files = {
        "passwd": f"student:x:{uid}:{uid}::{home}:/bin/sh\n",
        "group": f"student:x:{uid}:\n",
        "hosts": f"127.0.0.1 localhost {HOST_NAME}\n",
        "hostname": f"{HOST_NAME}\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    Path(f"{root}/etc").mkdir(exist_ok=True)
    for name, text in files.items():
        Path(f"{root}/etc/{name}").write_text(text, encoding="utf-8")


def _bind_programs(root: str) -> None:
    folder = Path(f"{root}/usr/bin")
    folder.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(f"{root}/bin"):
        os.symlink("usr/bin", f"{root}/bin")
    for name in PROGRAMS:
        source = next((path for path in (f"/usr/bin/{name}", f"/bin/{name}") if os.path.exists(path)), "")
        target = folder / name
        if source and not os.path.lexists(target):
            target.touch()
            kernel.mount(os.path.realpath(source), str(target), flags=kernel.BIND)
            kernel.restrict_mount(str(target), kernel.READ_ONLY | _QUIET, recursive=False)


def _make_devices(root: str) -> None:
    os.mkdir(f"{root}/dev")
    for name in DEVICES:
        Path(f"{root}/dev/{name}").touch()
        kernel.mount(f"/dev/{name}", f"{root}/dev/{name}", flags=kernel.BIND)
        kernel.restrict_mount(f"{root}/dev/{name}", kernel.NO_SUID | kernel.NO_EXECUTION, recursive=False)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{root}/dev/{name}")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")


def _make_box(root: str, plan: Plan, places: Mapping[str, str]) -> int:
    """Makes the one file system that can be written to, and shows its folders at their places."""
    box = f"{root}/box"
    os.mkdir(box)
    options = f"size={plan.disk_bytes},nr_inodes={plan.disk_inodes},mode=755"
    kernel.mount("box", box, "tmpfs", _QUIET, options)
    for name, place in places.items():
        os.mkdir(f"{box}/{name}", 0o700)
        if not plan.is_mapped:
            os.chown(f"{box}/{name}", plan.uid, plan.uid)
        os.makedirs(root + place, exist_ok=True)
        kernel.mount(f"{box}/{name}", root + place, flags=kernel.BIND)
    descriptor = os.open(box, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    # It stays as long as somebody has it open; student code finds the folders at their places only.
    kernel.unmount(box)
    os.rmdir(box)
    return descriptor


def _turn(root: str) -> None:
    os.chdir(root)
    kernel.system("pivot_root", b".", b".")
    kernel.unmount(".")
    os.chdir("/")
    kernel.restrict_mount("/", kernel.READ_ONLY, recursive=False)
