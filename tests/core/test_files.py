import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from zishu_app.core import files
from zishu_app.core.files import new_folder, whole_file, write_json, write_new, write_text

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits and no umask")

#: writes one of two whole texts again and again until it is killed
WRITER = """
import sys
from pathlib import Path
from zishu_app.core.files import write_text
path, size = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    for letter in "ab":
        write_text(path, letter * size)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_text_is_written_whole_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "新" / "对话.txt"
    write_text(path, "第一行\nsecond\n")
    assert path.read_bytes() == "第一行\nsecond\n".encode()
    write_text(path, "")
    assert path.read_bytes() == b""
    assert names(path.parent) == [path.name]


def test_json_is_readable_and_chinese_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json(path, {"话": ["好", 1]})
    assert path.read_text(encoding="utf-8") == '{\n  "话": [\n    "好",\n    1\n  ]\n}\n'


@pytest.mark.parametrize("looks", [0, 1, 3000])
def test_watched_and_killed_at_any_moment_the_file_is_whole_or_not_there(tmp_path: Path, looks: int) -> None:
    path, size = tmp_path / "product.txt", 300_000
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(size)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(files.__file__).parents[2])},
    )
    with writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        seen = {path.read_bytes() if path.exists() else None for _ in range(looks)}
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    seen.add(path.read_bytes() if path.exists() else None)
    assert seen <= {None, b"a" * size, b"b" * size}


def killed_while_writing(path: Path) -> None:
    """What a process leaves that is killed between writing and renaming."""
    stop = "import os; os.fsync = lambda _: os._exit(9)\n"
    process = subprocess.run(
        [sys.executable, "-c", stop + WRITER, str(path), "10"],
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(files.__file__).parents[2])},
        stdout=subprocess.DEVNULL,
    )
    assert process.returncode == 9


@pytest.mark.parametrize("how", [write_text, write_new])
@pytest.mark.parametrize("name", ["x.txt", pytest.param("话" * 80 + ".txt", id="long")])
def test_what_a_killed_process_left_is_removed_by_the_next_who_writes_that_file(
    tmp_path: Path, how, name: str
) -> None:
    killed_while_writing(tmp_path / name)
    assert len(names(tmp_path)) == 1 and names(tmp_path) != [name]
    write_text(tmp_path / "other.txt", "x")
    assert len(names(tmp_path)) == 2
    assert how(tmp_path / name, "new") is not False
    assert names(tmp_path) == sorted([name, "other.txt"])


def test_what_a_living_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    living = tmp_path / f".x.txt.{os.getppid()}-00000a.abcdefgh.tmp"
    ours = tmp_path / f".x.txt.{os.getpid()}-{files._TOKEN}.abcdefgh.tmp"
    of_another_file = tmp_path / f".x.txt.bak.{2**22 + 1}-00000a.abcdefgh.tmp"
    earlier_with_our_number = tmp_path / f".x.txt.{os.getpid()}-00000a.abcdefgh.tmp"
    for path in (living, ours, of_another_file, earlier_with_our_number):
        path.touch()
    write_text(tmp_path / "x.txt", "new")
    assert names(tmp_path) == sorted([living.name, ours.name, of_another_file.name, "x.txt"])


@pytest.mark.parametrize("how", [write_text, write_new])
def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path: Path, how) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        how(path, "half a character: \ud800")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["x.txt"]


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    assert write_new(path, "first")
    assert not write_new(path, "second")
    assert path.read_text() == "first"
    assert names(tmp_path) == ["x.txt"]


def test_a_name_taken_by_a_folder_or_a_dead_link_is_taken(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert not write_new(tmp_path / "folder", "x")
    if hasattr(os, "symlink"):
        (tmp_path / "link").symlink_to(tmp_path / "nowhere")
        assert not write_new(tmp_path / "link", "x")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("links", [True, False])
def test_of_many_who_want_a_name_one_gets_it(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    path, got = tmp_path / "x.txt", []
    start = threading.Barrier(8)

    def want(number: int) -> None:
        start.wait()
        if write_new(path, str(number)):
            got.append(str(number))

    threads = [threading.Thread(target=want, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [path.read_text()]
    assert names(tmp_path) == ["x.txt"]


def refuse_links(*_: object) -> None:
    raise OSError(38, "this file system has no hard links")


@posix
def test_a_private_file_is_private_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    path.chmod(0o666)
    write_json(path, {}, private=True)
    assert mode(path) == 0o600


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_products_follow_the_umask(tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_known_umask", None)
    before = os.umask(umask)
    try:
        write_text(tmp_path / "a.txt", "x")
        write_new(tmp_path / "b.txt", "x")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert mode(tmp_path / "a.txt") == mode(tmp_path / "b.txt") == 0o666 & ~umask


@pytest.mark.parametrize("letter", ["x", "话"])
def test_the_longest_name_a_file_system_takes_is_fine(tmp_path: Path, letter: str) -> None:
    name = letter * (250 // len(letter.encode())) + ".txt"
    write_text(tmp_path / name, "x")
    assert write_new(tmp_path / f"1{name[:-5]}", "x")
    assert len(names(tmp_path)) == 2


#: fills a folder until it is killed
FILLER = """
import sys, time
from pathlib import Path
from zishu_app.core.files import new_folder
with new_folder(Path(sys.argv[1])) as folder:
    (folder / "rows.txt").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_folder_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "里面" / "v1"
    with new_folder(path) as folder:
        (folder / "a.txt").write_text("a")
        assert not path.exists() and folder.parent == path.parent and folder.name.startswith(".")
    assert names(path.parent) == ["v1"] and names(path) == ["a.txt"]


@posix
def test_files_of_a_folder_are_read_only_and_the_folder_is_as_others(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with new_folder(tmp_path / "v1") as folder:
        (folder / "a.txt").write_text("a")
    assert mode(tmp_path / "v1" / "a.txt") == 0o444 & ~files._umask()
    assert mode(tmp_path / "v1") == mode(tmp_path / "other")


def test_a_folder_left_by_an_error_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LookupError), new_folder(tmp_path / "v1") as folder:
        (folder / "a.txt").write_text("a")
        raise LookupError
    assert names(tmp_path) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_folder_never_takes_the_place_of_another(late: bool, tmp_path: Path) -> None:
    path = tmp_path / "v1"

    def take() -> None:
        path.mkdir()
        (path / "mine.txt").write_text("mine")

    if not late:
        take()
    with pytest.raises(FileExistsError), new_folder(path) as folder:
        (folder / "a.txt").write_text("a")
        take()
    assert names(tmp_path) == ["v1"] and names(path) == ["mine.txt"]


def test_what_a_killed_process_left_of_a_folder_is_removed_by_the_next_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FILLER, str(tmp_path / "v1")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as filler:
        assert filler.stdout is not None and filler.stdout.readline() == "ready\n"
        (left,) = names(tmp_path)
        with new_folder(tmp_path / "v2") as folder:
            (folder / "b.txt").write_text("b")
        assert names(tmp_path) == [left, "v2"], "the other one is still at work"
        filler.kill()
        filler.wait()
    assert names(tmp_path) == [left, "v2"] and not (tmp_path / "v1").exists()
    with new_folder(tmp_path / "v3") as folder:
        (folder / "c.txt").write_text("c")
    assert names(tmp_path) == ["v2", "v3"]


def test_a_file_written_bit_by_bit_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "新" / "a.bin"
    write_text(path, "before")
    with whole_file(path) as file:
        for _ in range(3):
            file.write(b"bit ")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"bit bit bit "
    assert names(path.parent) == ["a.bin"]
    write_text(tmp_path / "other", "")
    assert mode(path) == mode(tmp_path / "other")


def test_a_file_left_by_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_text(path, "before")
    with pytest.raises(LookupError), whole_file(path) as file:
        file.write(b"half")
        raise LookupError
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["a.bin"]


def test_a_folder_may_have_folders_and_stay_writable(tmp_path: Path) -> None:
    with new_folder(tmp_path / "a", read_only=False) as made:
        (made / "in").mkdir()
        for path in (made / "x", made / "in" / "y"):
            path.write_text("1")
            path.chmod(0o444)
    (tmp_path / "a" / "in" / "y").write_text("2")
    with new_folder(tmp_path / "b") as made:
        (made / "in").mkdir()
        (made / "in" / "y").write_text("1")
    assert not (tmp_path / "b" / "in" / "y").stat().st_mode & 0o222
