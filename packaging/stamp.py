# on the way of every start, and pathlib costs as much as all the rest of it:
# ruff: noqa: PTH105, PTH110, PTH112, PTH118, PTH123, PTH208
"""What a finished environment looks like, and whether the one on disk still does.

The stamp is a text file in the environment, one `name value` a line. It is written "unfinished" before anything is
touched and whole when all is done, so a set-up that was cut short at any point is seen. A start reads it, hashes two
files, follows one link and lists one folder: a few milliseconds.
"""

import hashlib
import os

#: raised when everybody's set-up must run once more (a new system package, another order of steps)
EDITION = "2"
NAME = "setup.stamp"
INPUTS = ("pyproject.toml", os.path.join("packaging", "constraints.txt"))
#: reasons for which pip can bring the environment up to date; for all others but "pack" it is made anew
UPDATES = ("unknown", "changed", "extras")
#: the training pack, which only the tests want from the start, and what it is made of
PACK = os.path.join("packs", "training")
PACK_PINS = os.path.join("configs", "training-pack.txt")


def judge(root: str, venv: str, extras: tuple[str, ...] = ()) -> str:
    """Why the environment cannot be used as it is; "" when it can.

    first: there is none. interrupted: a set-up was cut short. moved: the folder has another path now. python: the
    Python it was made from is gone or another. packages: a package folder was deleted. unknown: made by someone
    else. changed: other requirements. extras: the test tools are wanted too. pack: so is the training pack, for them.
    """
    record = read(venv)
    base = base_of(venv)
    if not record:
        left = os.path.exists(os.path.join(venv, "pyvenv.cfg"))
        return "unknown" if base else ("python" if left else "first")
    findings = (
        ("interrupted", "unfinished" in record),
        ("moved", record.get("root") != os.path.realpath(root)),
        ("python", not base or record.get("base") != base),
        ("packages", bool(gone(venv, record))),
        ("changed", record.get("inputs") != fingerprint(root)),
        ("extras", not set(extras) <= set(record.get("extras", "").split())),
        ("pack", "test" in extras and not has_pack(root, venv, record)),
    )
    return next((reason for reason, found in findings if found), "")


def has_pack(root: str, venv: str, record: dict[str, str]) -> bool:
    """Is the training pack there, as set-up brought it from these pins?"""
    return record.get("pack") == fingerprint(root, (PACK_PINS,)) and os.path.isdir(
        os.path.join(venv, PACK, "torch")
    )


def python_in(venv: str) -> str:
    """The Python of the environment."""
    return (
        os.path.join(venv, "Scripts", "python.exe")
        if os.name == "nt"
        else os.path.join(venv, "bin", "python")
    )


def base_of(venv: str) -> str:
    """Where the Python that the environment was made from really lies; "" when it is not there.

    POSIX: the links end there. Windows: python.exe is a small starter that looks up `home` in pyvenv.cfg.
    """
    python = python_in(venv)
    if os.name == "nt" and os.path.exists(python):
        python = os.path.join(_home_in(venv), "python.exe")
    return os.path.realpath(python) if os.path.exists(python) else ""


def _home_in(venv: str) -> str:
    with open(os.path.join(venv, "pyvenv.cfg"), encoding="utf-8", errors="replace") as file:
        for line in file:
            name, _, value = line.partition("=")
            if name.strip() == "home":
                return value.strip()
    return ""


def fingerprint(root: str, inputs: tuple[str, ...] = INPUTS) -> str:
    """A hash of what decides which packages are installed, and of the edition of the set-up."""
    digest = hashlib.sha256(EDITION.encode())
    for name in inputs:
        try:
            with open(os.path.join(root, name), "rb") as file:
                digest.update(b"\0" + file.read())
        except FileNotFoundError:
            digest.update(b"\0\0")
    return digest.hexdigest()


def top_names(site: str) -> list[str]:
    """Package folders and single modules in `site`.

    Only names that another version of a package keeps: no `x-1.0.dist-info`, no compiled file with a platform in its
    name. setuptools is left out: nothing needs it at run time, and its newer versions have fewer folders.
    """
    left_out = ("__pycache__", "setuptools", "pkg_resources", "_distutils_hack")
    return sorted(
        name
        for name in os.listdir(site)
        if (("." not in name and " " not in name) or name.endswith(".py") or name.startswith("__editable__"))
        and name not in left_out
    )


def gone(venv: str, record: dict[str, str]) -> set[str]:
    """Names that were there when the set-up ended and are not there now."""
    noted = set(record.get("packages", "").split())
    try:
        return noted - set(os.listdir(os.path.join(venv, record.get("site", ""))))
    except OSError:
        return noted or {"site-packages"}


def read(venv: str) -> dict[str, str]:
    """The stamp; empty when there is none."""
    try:
        with open(os.path.join(venv, NAME), encoding="utf-8", errors="surrogateescape") as file:
            return dict(line.rstrip("\n").partition(" ")[::2] for line in file)
    except OSError:
        return {}


def write(venv: str, record: dict[str, str]) -> None:
    """Replace the stamp in one step."""
    path = os.path.join(venv, NAME)
    with open(path + ".tmp", "w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.writelines(f"{name} {value}\n" for name, value in record.items())
    os.replace(path + ".tmp", path)
