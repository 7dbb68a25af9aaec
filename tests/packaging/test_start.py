"""start.py: when a start is quick, when the environment is mended or made anew, and what the user is told."""

import ast
import importlib
import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from zishu_app.core import texts
from zishu_app.core.errors import ZishuError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging"
# its files import each other by name, as they do when Python runs start.py in that folder
sys.path.append(str(FOLDER))
NAMES = (
    "start",
    "stamp",
    "old_python",
    "alone",
    "environment",
    "reasons",
    "setting_up",
    "system_packages",
    "checks",
)
start, stamp, old_python, alone, environment, reasons, setting_up, system_packages, checks = map(
    importlib.import_module, NAMES
)
screens = importlib.import_module("screen")

posix = pytest.mark.skipif(os.name == "nt", reason="a shell script plays Python")


@pytest.fixture(autouse=True)
def english():
    texts.set_language("en")
    yield
    texts.set_language("en")


def make_finished(root: Path, *, extras: str = "") -> Path:
    """A checkout with a finished environment in which a script plays Python."""
    venv = root / ".venv"
    site = venv / "lib" / "python3.11" / "site-packages"
    for package in ("httpx", "rich", "rich-15.0.0.dist-info"):
        (site / package).mkdir(parents=True)
    (site / "six.py").touch()
    (root / "packaging").mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (root / "packaging" / "constraints.txt").write_text("httpx==0.28.1\n", encoding="utf-8")
    python = Path(stamp.python_in(str(venv)))
    python.parent.mkdir(exist_ok=True)
    python.write_text('#!/bin/sh\necho "$@"\nexit 7\n', encoding="utf-8")
    python.chmod(0o755)
    (venv / "pyvenv.cfg").write_text(f"home = {python.parent}\n", encoding="utf-8")
    write_stamp(root, extras=extras)
    return venv


def write_stamp(root: Path, *, extras: str = "") -> None:
    venv = root / ".venv"
    site = "lib/python3.11/site-packages"
    record = {
        "root": os.path.realpath(root),
        "base": stamp.base_of(str(venv)),
        "inputs": stamp.fingerprint(str(root)),
        "extras": extras,
        "site": site,
        "packages": " ".join(stamp.top_names(str(venv / site))),
    }
    stamp.write(str(venv), record)


def judge(root: Path, *extras: str) -> str:
    return stamp.judge(str(root), str(root / ".venv"), extras)


# --- is the environment as it should be? ---


def test_a_finished_environment_needs_nothing(tmp_path):
    make_finished(tmp_path)
    assert judge(tmp_path) == ""


def test_nothing_there_is_a_first_start(tmp_path):
    assert judge(tmp_path) == "first"


def test_a_set_up_cut_short_is_seen(tmp_path):
    venv = make_finished(tmp_path)
    stamp.write(str(venv), {"unfinished": "", "extras": ""})
    assert judge(tmp_path) == "interrupted"


def test_a_moved_folder_is_seen(tmp_path):
    (tmp_path / "old").mkdir()
    make_finished(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert judge(tmp_path / "new") == "moved"


def test_a_folder_reached_through_a_link_is_not_moved(tmp_path):
    (tmp_path / "real").mkdir()
    make_finished(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert judge(tmp_path / "link") == ""


def test_a_deleted_python_is_seen(tmp_path):
    venv = make_finished(tmp_path)
    Path(stamp.python_in(str(venv))).unlink()
    assert judge(tmp_path) == "python"


@posix
def test_another_python_behind_the_link_is_seen(tmp_path):
    venv = make_finished(tmp_path)
    python = Path(stamp.python_in(str(venv)))
    python.unlink()
    python.symlink_to(sys.executable)
    assert judge(tmp_path) == "python"


def test_a_deleted_package_is_seen(tmp_path):
    venv = make_finished(tmp_path)
    (venv / "lib" / "python3.11" / "site-packages" / "httpx").rmdir()
    assert judge(tmp_path) == "packages"


def test_a_package_the_user_added_or_renewed_changes_nothing(tmp_path):
    venv = make_finished(tmp_path)
    site = venv / "lib" / "python3.11" / "site-packages"
    (site / "torch").mkdir()
    (site / "rich-15.0.0.dist-info").rename(site / "rich-15.1.0.dist-info")
    assert judge(tmp_path) == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "packaging/constraints.txt"])
def test_changed_requirements_are_seen(tmp_path, name):
    make_finished(tmp_path)
    (tmp_path / name).write_text("other", encoding="utf-8")
    assert judge(tmp_path) == "changed"


def test_a_new_edition_of_the_set_up_is_seen(tmp_path, monkeypatch):
    make_finished(tmp_path)
    monkeypatch.setattr(stamp, "EDITION", "another")
    assert judge(tmp_path) == "changed"


def test_test_tools_are_asked_for_once(tmp_path):
    make_finished(tmp_path)
    assert judge(tmp_path, "test") == "extras"
    write_stamp(tmp_path, extras="test")
    assert (judge(tmp_path, "test"), judge(tmp_path)) == ("pack", "")


def test_an_environment_made_by_someone_else_is_completed_not_removed(tmp_path):
    venv = make_finished(tmp_path)
    (venv / stamp.NAME).unlink()
    assert judge(tmp_path) == "unknown"
    assert "unknown" in stamp.UPDATES


def test_of_two_troubles_the_one_that_needs_a_new_environment_counts(tmp_path):
    venv = make_finished(tmp_path)
    (tmp_path / "pyproject.toml").write_text("other", encoding="utf-8")
    Path(stamp.python_in(str(venv))).unlink()
    assert judge(tmp_path) == "python"


# --- the quick way ---


def copy_door(root: Path) -> None:
    for name in ("start.py", "stamp.py"):
        (root / "packaging" / name).write_bytes((FOLDER / name).read_bytes())


@posix
def test_a_good_start_becomes_the_program_at_once(tmp_path):
    make_finished(tmp_path)
    copy_door(tmp_path)  # and nothing else: the quick way may not need it
    command = [sys.executable, str(tmp_path / "packaging" / "start.py"), "models", "--test"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("-P -m zishu_app models --test\n", "", 7)


@posix
def test_the_quick_way_loads_nothing_heavy(tmp_path):
    make_finished(tmp_path)
    copy_door(tmp_path)
    command = [sys.executable, "-X", "importtime", "-S", str(tmp_path / "packaging" / "start.py")]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "stamp" in loaded
    assert not loaded & {"pathlib", "subprocess", "re", "json", "typing", "setting_up", "tempfile"}


def test_our_flags_count_as_the_first_argument_only(monkeypatch):
    calls = []
    monkeypatch.setattr(start, "_do", lambda flag, reason, rest: calls.append((flag, rest)) or 5)
    monkeypatch.setattr(start, "run", lambda python, arguments: calls.append(("run", arguments[3:])) or 0)
    monkeypatch.setattr(stamp, "judge", lambda root, venv, extras=(): "")
    assert start.main(["--test", "tests/core", "-x"]) == 5
    start.main(["chat", "--sizes"])
    assert calls == [("--test", ["tests/core", "-x"]), ("run", ["chat", "--sizes"])]


# --- an old Python ---


def test_an_old_python_is_told_in_both_languages():
    told = old_python.sentence((3, 8, 18), (3, 11), "python3.12 packaging/start.py")
    assert "现在这个是 3.8" in told
    assert "this one is 3.8" in told
    assert told.endswith("python3.12 packaging/start.py")


@pytest.mark.parametrize(
    ("found", "system", "line"),
    [
        ("python3.12", "linux", "python3.12 packaging/start.py"),
        ("", "linux", "sudo apt-get install python3.11 python3.11-venv"),
        ("", "darwin", "brew install python@3.12"),
        ("", "win32", "winget install Python.Python.3.12"),
    ],
)
def test_an_old_python_is_told_what_to_run(found, system, line):
    assert old_python.command_for(found, system).startswith(line)


@pytest.mark.parametrize("name", ["start.py", "old_python.py"])
def test_what_an_old_python_reads_has_no_new_syntax(name):
    tree = ast.parse((FOLDER / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    # what is run when it is loaded, and `X | None` in an annotation, must be fine for 3.8 too
    assert "annotations" in {
        alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


# --- system packages ---


@pytest.mark.parametrize(
    ("text", "debian"),
    [
        ("ID=debian\nVERSION_ID=12\n", True),
        ('# a comment\nNAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID='ubuntu'\n", True),
        ("ID=fedora\n", False),
        ("ID=arch\nID_LIKE=\n", False),
        ("", False),
    ],
)
def test_debian_and_its_children_are_known(text, debian):
    assert system_packages.debian_like(text) is debian


@pytest.mark.parametrize(
    ("root", "sudo", "passwordless", "person", "way"),
    [
        (True, False, False, False, "direct"),
        (False, True, True, False, "sudo"),
        (False, True, False, True, "ask"),
        (False, True, False, False, "tell"),
        (False, False, False, True, "tell"),
    ],
)
def test_how_to_become_root(root, sudo, passwordless, person, way):
    assert system_packages.route(root=root, sudo=sudo, passwordless=passwordless, person=person) == way


def test_apt_never_asks_and_never_hangs():
    command = system_packages.apt_command(["sudo", "-n"], "install", "-y", "x")
    assert command[:3] == ["sudo", "-n", "timeout"]
    assert "DEBIAN_FRONTEND=noninteractive" in command
    assert command[-3:] == ["install", "-y", "x"]


def test_what_cannot_be_installed_is_named_with_one_line_to_run(scripted, monkeypatch):
    monkeypatch.setattr(system_packages, "is_debian", lambda: True)
    font = system_packages.SystemPackage("fonts-x", True, "方块", "boxes for Chinese")
    monkeypatch.setattr(system_packages, "wanted", lambda test: [font])
    monkeypatch.setattr(system_packages, "_prefix", lambda screen, names: None)
    assert system_packages.install_missing(scripted) is None
    assert "fonts-x is missing: boxes for Chinese." in scripted.told[0]
    assert scripted.told[1].endswith("sudo apt-get install -y fonts-x")


def test_lists_are_renewed_only_when_the_first_try_fails(scripted, monkeypatch, tmp_path):
    monkeypatch.setattr(system_packages, "LISTS", tmp_path)
    (tmp_path / "main_Packages.lz4").touch()
    scripted.answers = [("install", 100, ["E: 404"]), ("update", 0, []), ("install", 0, [])]
    assert system_packages.apt_install(scripted, [], ["fonts-x"])
    assert scripted.answers == []
    scripted.answers = [("install", 0, [])]
    assert system_packages.apt_install(scripted, [], ["fonts-x"])


# --- a whole set-up, with a screen that runs nothing ---


@dataclass
class ScriptedScreen:
    """Answers commands from a list of (word in the command, exit code, lines), and plays venv, pip and the model."""

    venv: Path
    log: Path
    answers: list = field(default_factory=list)
    told: list = field(default_factory=list)
    ran: list = field(default_factory=list)

    def say(self, text):
        self.told.append(text)

    def live(self, text):
        pass

    def run(self, label, command, folder=None):
        self.ran.append(label)
        if self.answers and self.answers[0][0] in command:
            _, code, lines = self.answers.pop(0)
            return screens.Ended(code, lines, 0.5)
        return screens.Ended(0, self._play(label), 0.5)

    def _play(self, label):
        site = self.venv / "lib" / "python3.11" / "site-packages"
        if label == "environment":
            python = Path(stamp.python_in(str(self.venv)))
            python.parent.mkdir(parents=True)
            python.write_text("python", encoding="utf-8")
            (self.venv / "pyvenv.cfg").write_text(f"home = {python.parent}\n", encoding="utf-8")
        elif label == "packages":
            (site / "httpx").mkdir(parents=True, exist_ok=True)
            (site / "httpx" / "a.py").write_text("x" * 1000, encoding="utf-8")
        elif label == "built-in model":
            models = self.venv / "share" / "zishu" / "models"
            models.mkdir(parents=True, exist_ok=True)
            (models / "tiny.gguf").write_bytes(b"12345")
        elif label == "training pack":
            (self.venv / stamp.PACK / "torch").mkdir(parents=True, exist_ok=True)
            (self.venv / stamp.PACK / "torch" / "version.py").write_bytes(b"1234567")
        return [str(site)]


@pytest.fixture
def checkout(tmp_path):
    for name in ("packaging", "models", "configs", ".venv"):
        (tmp_path / name).mkdir()
    (tmp_path / stamp.PACK_PINS).write_text("torch==2.13.0\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / environment.MODEL_CARD).write_text('file = "tiny.gguf"\nsize = 5\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def scripted(checkout, monkeypatch):
    monkeypatch.setattr(system_packages, "is_debian", lambda: False)
    return ScriptedScreen(checkout / ".venv", checkout / ".venv" / environment.LOG)


def set_up(scripted, reason, extras=()):
    place = environment.Place(scripted.venv.parent, scripted.venv)
    setting_up.SetUp(place, scripted, reason).run(extras)
    return stamp.judge(str(place.root), str(place.venv), extras)


def test_a_first_set_up_makes_everything_and_records_it(scripted):
    assert set_up(scripted, "first", ("test",)) == ""
    assert scripted.ran == ["environment", "packages", "checking", "built-in model", "training pack"]
    record = json.loads((scripted.venv / environment.RECORD).read_text(encoding="utf-8"))
    assert list(record["parts"]) == ["venv", "packages", "model", "training"]
    assert record["parts"]["training"] == {"seconds": 0.5, "bytes": 7}
    assert record["parts"]["model"] == {"seconds": 0.5, "bytes": 5}
    assert record["parts"]["packages"]["bytes"] >= 1000
    assert record["bytes"] == sum(part["bytes"] for part in record["parts"].values())


def test_a_new_environment_keeps_the_model_and_forgets_the_rest(scripted):
    set_up(scripted, "first")
    (scripted.venv / "lib" / "leftover").touch()
    scripted.ran.clear()
    assert set_up(scripted, "interrupted") == ""
    assert scripted.ran == ["environment", "packages", "checking"]
    assert not (scripted.venv / "lib" / "leftover").exists()


def test_a_set_up_that_fails_is_not_taken_for_finished(scripted):
    scripted.answers = [("pip", 1, ["ERROR: [Errno 28] No space left on device"])]
    with pytest.raises(ZishuError, match="No space left") as caught:
        set_up(scripted, "first")
    scripted.answers.clear()
    assert "disk is full" in caught.value.hint
    assert judge(scripted.venv.parent) == "interrupted"


def test_versions_that_cannot_be_had_are_given_up_once(scripted):
    scripted.answers = [("-c", 1, ["ERROR: No matching distribution found for rich==15.0.0"])]
    assert set_up(scripted, "first") == ""
    assert scripted.ran.count("packages") == 2
    assert any("trying once more" in line for line in scripted.told)


def test_changed_requirements_are_mended_in_place(scripted):
    set_up(scripted, "first", ("test",))
    scripted.ran.clear()
    assert set_up(scripted, "changed") == ""
    assert scripted.ran == ["packages", "checking"]
    assert stamp.read(str(scripted.venv))["extras"] == "test"


def test_without_a_network_changed_requirements_wait(scripted):
    set_up(scripted, "first")
    (scripted.venv.parent / "pyproject.toml").write_text("[project] # new\n", encoding="utf-8")
    scripted.answers = [
        ("pip", 1, ["WARNING: Retrying after NewConnectionError", "ERROR: No matching distribution"])
    ]
    assert set_up(scripted, "changed") == "changed"
    assert any("No network" in line for line in scripted.told)


def test_without_a_network_missing_test_tools_are_an_error(scripted):
    set_up(scripted, "first")
    scripted.answers = [("pip", 1, ["NewConnectionError: Network is unreachable"])]
    with pytest.raises(ZishuError) as caught:
        set_up(scripted, "extras", ("test",))
    assert "PIP_INDEX_URL" in caught.value.hint
    assert judge(scripted.venv.parent) == ""


def test_what_pip_cannot_mend_is_made_anew(scripted):
    set_up(scripted, "first")
    scripted.ran.clear()
    scripted.answers = [("pip", 1, ["/x/python: No module named pip"])]
    assert set_up(scripted, "unknown") == ""
    assert scripted.ran == ["packages", "environment", "packages", "checking"]


def test_missing_files_after_an_update_lead_to_a_new_environment(scripted):
    set_up(scripted, "first")
    scripted.ran.clear()
    scripted.answers = [("pip", 0, []), (environment.LOOK, 0, [str(scripted.venv / "lib"), "httpx"])]
    assert set_up(scripted, "unknown") == ""
    assert scripted.ran == ["packages", "checking", "environment", "packages", "checking"]


def test_without_the_model_she_starts_all_the_same(scripted):
    scripted.answers = [("download", 1, ["DownloadError: getaddrinfo failed"])]
    assert set_up(scripted, "first") == ""
    assert any("getaddrinfo failed" in line for line in scripted.told)
    assert any("models download builtin" in line for line in scripted.told)


def test_the_training_pack_comes_for_the_tests_only(scripted):
    assert set_up(scripted, "first") == ""
    assert "training pack" not in scripted.ran
    assert judge(scripted.venv.parent, "test") == "extras"


def test_a_training_pack_that_went_or_has_other_pins_is_brought_without_touching_the_rest(scripted):
    set_up(scripted, "first", ("test",))
    root = scripted.venv.parent
    before = json.loads((scripted.venv / environment.RECORD).read_text(encoding="utf-8"))["parts"]
    (scripted.venv / stamp.PACK / "torch").rename(scripted.venv / stamp.PACK / "gone")
    assert (judge(root), judge(root, "test")) == ("", "pack")
    scripted.ran.clear()
    assert set_up(scripted, "pack", ("test",)) == ""
    assert scripted.ran == ["training pack"]
    (root / stamp.PACK_PINS).write_text("torch==2.14.0\n", encoding="utf-8")
    assert (judge(root), judge(root, "test")) == ("", "pack")
    assert set_up(scripted, "pack", ("test",)) == ""
    parts = json.loads((scripted.venv / environment.RECORD).read_text(encoding="utf-8"))["parts"]
    assert parts["packages"] == before["packages"]


def test_a_new_environment_keeps_the_training_pack(scripted):
    set_up(scripted, "first", ("test",))
    assert set_up(scripted, "asked", ()) == ""
    assert (scripted.venv / stamp.PACK / "torch" / "version.py").is_file()
    assert judge(scripted.venv.parent, "test") == "pack", "whether it fits this Python is looked at"


def test_without_the_training_pack_the_checks_run_all_the_same(scripted):
    scripted.answers = [("setup", 1, ["DownloadError: getaddrinfo failed"])]
    assert set_up(scripted, "first", ("test",)) == "pack", "the next time tries again"
    assert any("setup training" in line for line in scripted.told)
    assert judge(scripted.venv.parent) == ""


# --- reasons ---


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("OSError: [Errno 28] No space left on device", "disk"),
        ("The virtual environment was not created because ensurepip is not available.", "venv"),
        ("ConnectionError: Temporary failure in name resolution", "network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "network"),
        ("ERROR: No matching distribution found for xllamacpp==2026.10.11549", "wheel"),
        ("PermissionError: [Errno 13] Permission denied: '/x/.venv/lib'", "rights"),
        ("something new", "other"),
    ],
)
def test_what_pip_says_is_understood(line, kind):
    assert reasons.kind_of(["Collecting x", line]) == kind
    assert reasons.hint(kind)


def test_the_lines_shown_are_the_errors():
    lines = ["Collecting x", "WARNING: Retrying (Retry(total=4", "ERROR: A", "[notice] new pip", "ERROR: B"]
    assert reasons.last_words(lines) == ["ERROR: A", "ERROR: B"]
    assert reasons.last_words(["one", "", "two"]) == ["one", "two"]
    assert reasons.last_words(["Traceback (most recent call last):", "x = y", "TypeError: no"]) == [
        "TypeError: no"
    ]


# --- one at a time; children ---


def test_a_second_start_waits_for_the_first(tmp_path):
    waited, order = [], []

    def second():
        with alone.alone(tmp_path, waited.append):
            order.append("second")

    with alone.alone(tmp_path, waited.append):
        thread = threading.Thread(target=second)
        thread.start()
        while not waited:
            time.sleep(0.01)
        order.append("first")
    thread.join(timeout=5)
    assert order == ["first", "second"]


def test_output_goes_to_the_log_not_to_the_screen(tmp_path, capsys):
    shown = screens.Screen(tmp_path / "log", stream=sys.stderr)
    ended = shown.run("trying", [sys.executable, "-S", "-c", "print('很多话'); raise SystemExit(3)"])
    assert (ended.code, ended.lines) == (3, ["很多话"])
    assert "很多话" in (tmp_path / "log").read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_a_line_is_cut_to_the_columns_it_takes():
    assert screens._cut("准备好了 ready", 5) == "准备"
    assert screens._cut("ready", 5) == "ready"


# --- all checks ---


@posix
def test_every_check_runs_and_the_tests_have_the_last_word(tmp_path, capfd):
    script = "#!/bin/sh\ncase $* in *mypy*) echo bad types; exit 1;; *pytest*) echo 3 passed in 0.1s;; esac\n"
    python = Path(stamp.python_in(str(tmp_path / ".venv")))
    python.parent.mkdir(parents=True)
    python.write_text(script, encoding="utf-8")
    python.chmod(0o755)
    assert checks.run_all(str(tmp_path), str(tmp_path / ".venv"), ["tests"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in lines if ": " in line][:4] == [
        "ruff check: passed",
        "ruff format: passed",
        "mypy: FAILED",
        "import-linter: passed",
    ]
    assert "bad types" in lines
    assert lines[-1] == "3 passed in 0.1s"


# --- what ships ---


def test_everything_the_project_asks_for_has_a_tested_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(line) for line in project["dependencies"]]
    asked += [Requirement(line) for line in project["optional-dependencies"]["test"]]
    lines = (FOLDER / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tested = [Requirement(line) for line in lines if line and not line.startswith("#")]
    version = {canonicalize_name(one.name): next(iter(one.specifier)).version for one in tested}
    assert len(version) == len(tested)
    for one in asked:
        assert one.specifier.contains(version[canonicalize_name(one.name)]), one.name


def test_the_door_of_ci_tests_everything():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -eu" in script
    assert script.rstrip().endswith("exec python3 packaging/start.py --test")
