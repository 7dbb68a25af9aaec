"""Own scenarios written by a form: checked while they are typed, saved whole, thrown away and brought back.

Every file says its language itself, because a guess from its texts may change with the next word.
"""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_new, write_text
from zishu_app.core.texts import Language, t
from zishu_app.dialogue.scenario_file import KEYS, Source, faults_in, read_source
from zishu_app.dialogue.scenarios import folded, own_files

#: bytes of a thrown-away file's own name that are kept in the trash; a file system allows 255 in all
KEPT_BYTES = 200


def faults(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a form, one sentence a field, by the rules for scenario files. Empty: it can be saved."""
    found: dict[str, str] = {}
    for key, reason in faults_in(values):
        found.setdefault(key, reason)
    return found


def save(values: Mapping[str, Any], language: Language, folder: Path, replacing: Path | None = None) -> Path:
    """Write a scenario into the folder of the user's own and return its file, called as the scenario.

    `replacing`: the file it was read from. It is written over while the scenario keeps its name, so that its short
    name stays too; else it goes once the new one is there. No other scenario's file is ever touched.
    Raises DataError for a form with faults, a name that another scenario has, a disk that says no.
    """
    if found := faults(values):
        raise _refused(found)
    _require_free(values["name"], language, folder, replacing)
    with _told(folder):
        return _write(as_toml(values, language), language, folder, values["name"], replacing)


def as_toml(values: Mapping[str, Any], language: Language) -> str:
    """The text of a scenario file; read again, it holds these very texts, whatever is in them."""
    lines = [f"{key} = {_quoted(values[key])}" for key in KEYS[:-1]]
    followups = "".join(f"  {_quoted(line)},\n" for line in values["user_followups"])
    return "\n".join([*lines, f"user_followups = [\n{followups}]", f'language = "{language}"']) + "\n"


def remove(path: Path, trash: Path) -> Path:
    """Move a scenario's file to the trash, under a name nothing else there has; return where it is now.

    Raises DataError when it cannot be moved.
    """
    kept = path.stem.encode()[:KEPT_BYTES].decode(errors="ignore")
    there = trash / f"{kept}.{secrets.token_hex(4)}{path.suffix}"
    with _told(path):
        trash.mkdir(parents=True, exist_ok=True)
        shutil.move(path, there)
    return there


def restore(trashed: Path, path: Path) -> Path:
    """Bring a file back from the trash to where it was, or beside it where the name was taken meanwhile.

    Raises DataError when it cannot be brought back; then it is still in the trash.
    """
    with _told(trashed):
        if not trashed.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        path.parent.mkdir(parents=True, exist_ok=True)
        there = next(name for name in _names(path.parent, path.stem, path.suffix) if _claim(name))
        try:
            shutil.move(trashed, there)
        except OSError:
            there.unlink()
            raise
    return there


def _require_free(name: str, language: Language, folder: Path, replacing: Path | None) -> None:
    """Of two files of one name only the first is ever used, so there must not be two."""
    for taken, path in own_files(language, folder).items():
        if folded(taken) == folded(name) and (replacing is None or path.resolve() != replacing.resolve()):
            raise DataError(
                t(f"已有名为“{taken}”的场景：{path}。", f"A scenario is called '{taken}' already: {path}."),
                t("换一个名称。", "Choose another name."),
            )


def _write(text: str, language: Language, folder: Path, name: str, replacing: Path | None) -> Path:
    if replacing is not None and _stays(replacing, name, (folder, folder / language)):
        write_text(replacing, text)
        return replacing
    there = next(path for path in _names(folder, name, ".toml") if write_new(path, text))
    if replacing is not None:
        replacing.unlink(missing_ok=True)
    return there


def _stays(path: Path, name: str, folders: tuple[Path, ...]) -> bool:
    """Whether a scenario called so, in the language of these folders, can be written over this file."""
    old = read_source(path)
    called = str(old.values.get("name", "")) if isinstance(old, Source) else ""
    return folded(called) == folded(name) and path.suffix.lower() == ".toml" and path.parent in folders


def _names(folder: Path, stem: str, suffix: str) -> Iterator[Path]:
    """`bread.toml`, `bread_2.toml`, ..."""
    yield folder / f"{stem}{suffix}"
    yield from (folder / f"{stem}_{take}{suffix}" for take in count(2))


def _claim(path: Path) -> bool:
    """Take a name that is free, in one step."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


#: what may not stand in a TOML string as it is; a line's end and a tab may
_ESCAPED = re.compile(r"[\\\x00-\x08\x0b-\x1f\x7f]")
#: a quotation mark that together with the next could end a text of several lines
_ENDING = re.compile(r'"(?="|\Z)')


def _quoted(text: str) -> str:
    """A TOML string: in one line, or over several where the text is."""
    body = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}" if found[0] != "\\" else r"\\", text)
    if "\n" not in text:
        return '"' + body.replace('"', r"\"") + '"'
    return '"""\n' + _ENDING.sub(r'\\"', body) + '"""'


def _refused(found: Mapping[str, str]) -> DataError:
    first = next(iter(found.values()))
    return DataError(
        t(f"场景还不能保存：{first}", f"The scenario cannot be saved yet: {first}"),
        t("改好这一项再保存。", "Correct this field first."),
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the disk refuses, as the user can read it."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            t(f"{path} 处理不了：{why}。", f"{path} cannot be written or moved: {why}."),
            t("检查磁盘空间与权限。", "Check disk space and permissions."),
        ) from error
