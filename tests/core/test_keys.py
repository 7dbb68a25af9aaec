import json
import logging
import os
import stat
import sys
import traceback

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from zishu_app.core.errors import DataError
from zishu_app.core.keys import Key, Keys
from zishu_app.core.paths import Home

SECRET = "sk-very-secret-0123456789"


class ScriptedKeyring(KeyringBackend):
    """Keeps passwords in memory, or fails as it is told to."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.failure: Exception | None = None
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        self._maybe_fail()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._maybe_fail()
        if not self.forgetful:
            self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._maybe_fail()
        if self.kept.pop(username, None) is None:
            raise PasswordDeleteError("not there")

    def _maybe_fail(self) -> None:
        if self.failure:
            raise self.failure


@pytest.fixture
def ring() -> ScriptedKeyring:
    """A working keyring instead of none."""
    one = ScriptedKeyring()
    keyring.set_keyring(one)
    return one


@pytest.fixture
def keys(home: Home) -> Keys:
    return Keys(home.keys)


def test_no_key_anywhere(keys: Keys) -> None:
    assert keys.find("mimo", ("MIMO_API_KEY",)) is None


def test_the_order_is_run_environment_keyring_file(
    home: Home, ring: ScriptedKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.keys.write_text('{"mimo": "of-file"}')
    ring.kept["mimo"] = "of-keyring"
    monkeypatch.setenv("SECOND_API_KEY", " of-environment\n")
    variables = ("FIRST_API_KEY", "SECOND_API_KEY")
    assert Keys(home.keys, " of-run ").find("mimo", variables) == Key("of-run", "run")
    keys = Keys(home.keys, "  ")
    assert keys.find("mimo", variables) == Key("of-environment", "environment", "SECOND_API_KEY")
    monkeypatch.setenv("SECOND_API_KEY", "  ")
    assert keys.find("mimo", variables) == Key("of-keyring", "keyring")
    del ring.kept["mimo"]
    assert keys.find("mimo", variables) == Key("of-file", "file")
    assert keys.find("other", variables) is None


def test_stored_in_the_keyring_and_found_again(keys: Keys, ring: ScriptedKeyring) -> None:
    assert keys.store("mimo", f" {SECRET}\n") == "keyring"
    assert keys.find("mimo") == Key(SECRET, "keyring")
    assert not keys.file.exists()


def test_without_a_keyring_a_private_file_keeps_it(keys: Keys) -> None:
    assert keys.store("mimo", SECRET) == "file"
    assert keys.store("other", "another-key") == "file"
    assert keys.find("mimo") == Key(SECRET, "file")
    assert json.loads(keys.file.read_text(encoding="utf-8")) == {"mimo": SECRET, "other": "another-key"}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the user's folder private by other means")
def test_the_file_is_private_also_where_it_was_not(keys: Keys) -> None:
    keys.file.write_text("{}")
    keys.file.chmod(0o666)
    keys.store("mimo", SECRET)
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600
    assert [path.name for path in keys.file.parent.iterdir()] == [keys.file.name]


def test_a_key_that_moves_to_the_keyring_leaves_the_file(keys: Keys, ring: ScriptedKeyring) -> None:
    keys.file.write_text(json.dumps({"mimo": "old", "other": "kept"}))
    assert keys.store("mimo", SECRET) == "keyring"
    assert json.loads(keys.file.read_text()) == {"other": "kept"}


def test_a_keyring_that_keeps_nothing_is_not_trusted(keys: Keys, ring: ScriptedKeyring) -> None:
    ring.forgetful = True
    assert keys.store("mimo", SECRET) == "file"
    assert keys.find("mimo") == Key(SECRET, "file")


def foreign_error(module: str, name: str) -> Exception:
    """An error of a backend's own library, which is on other systems than this one."""
    made = type(sys)(module)
    setattr(made, name, type(name, (Exception,), {}))
    sys.modules[module] = made
    error: Exception = getattr(made, name)("no session")
    return error


@pytest.mark.parametrize("kind", ["locked", "no bus", "windows", "secret service"])
def test_a_keyring_that_cannot_be_used_is_as_none(
    kind: str, keys: Keys, ring: ScriptedKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("pywintypes", "secretstorage.exceptions"):
        monkeypatch.setitem(sys.modules, module, sys.modules.get(module))
    ring.failure = {
        "locked": lambda: KeyringLocked("dismissed"),
        "no bus": lambda: OSError("no D-Bus"),
        "windows": lambda: foreign_error("pywintypes", "error"),
        "secret service": lambda: foreign_error("secretstorage.exceptions", "SecretStorageException"),
    }[kind]()
    assert keys.store("mimo", SECRET) == "file"
    assert keys.find("mimo") == Key(SECRET, "file")
    assert keys.forget("mimo")


def test_a_fault_in_a_keyring_is_not_hidden(keys: Keys, ring: ScriptedKeyring) -> None:
    ring.failure = LookupError("a bug")
    with pytest.raises(LookupError):
        keys.find("mimo")


def test_forgotten_means_gone_everywhere(keys: Keys, ring: ScriptedKeyring) -> None:
    keys.file.write_text(json.dumps({"mimo": "in-file"}))
    ring.kept["mimo"] = "in-ring"
    assert keys.forget("mimo")
    assert keys.find("mimo") is None
    assert not keys.file.exists()
    assert not keys.forget("mimo")


@pytest.mark.parametrize("secret", ["", "  ", "two words", "sk-密钥", "line\nbreak"])
def test_what_is_no_key_is_refused_and_not_repeated(secret: str, keys: Keys, told) -> None:
    text = told(DataError, lambda: keys.store("mimo", secret))
    assert "API key" in text
    assert not secret.strip() or secret not in text
    assert not keys.file.exists()


@pytest.mark.parametrize("content", [f'{{"mimo": "{SECRET}"', f'["{SECRET}"]', "", "\\x00", f'"{SECRET}"'])
def test_a_broken_file_is_told_and_nothing_of_it_shown(
    content: str, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keys.file.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        keys.find("mimo")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert SECRET not in shown
    assert str(keys.file) in str(caught.value)
    assert "zishu keys set" in caught.value.hint


def test_a_broken_file_does_not_stop_a_key_of_the_environment(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.file.write_text("{")
    monkeypatch.setenv("MIMO_API_KEY", SECRET)
    found = keys.find("mimo", ("MIMO_API_KEY",))
    assert found is not None and found.place == "environment"


def test_no_secret_in_any_repr(home: Home) -> None:
    keys = Keys(home.keys, SECRET)
    key = keys.find("mimo")
    assert key is not None and key.secret == SECRET
    for shown in (repr(keys), str(keys), repr(key), str(key), f"{key}", f"{[key]}"):
        assert SECRET not in shown
