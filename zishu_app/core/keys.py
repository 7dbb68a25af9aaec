"""API keys: never in settings, logs, exports or error texts.

Looked for in this order: given for this run only, the environment, the system's keyring, and, where there
is no keyring, a file only the user can read.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.core.texts import t

SERVICE = "zishu"
#: what backends raise besides keyring's own errors: the module and the class
BACKEND_ERRORS = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
)

Place = Literal["run", "environment", "keyring", "file"]


@dataclass(frozen=True)
class Key:
    """A key and where it was found. The secret never shows in a repr."""

    secret: str = field(repr=False)
    place: Place
    #: the environment variable, if it came from there
    variable: str = ""


@dataclass(frozen=True)
class Keys:
    """The places where keys are kept."""

    file: Path
    #: `--api-key`: serves this run and is never stored
    for_this_run: str | None = field(default=None, repr=False)

    def find(self, endpoint: str, variables: Sequence[str] = ()) -> Key | None:
        """The key of an endpoint, or None."""
        if given := (self.for_this_run or "").strip():
            return Key(given, "run")
        for variable in variables:
            if given := os.environ.get(variable, "").strip():
                return Key(given, "environment", variable)
        if kept := _from_keyring(endpoint):
            return Key(kept, "keyring")
        if written := _read(self.file).get(endpoint):
            return Key(written, "file")
        return None

    def store(self, endpoint: str, secret: str) -> Place:
        """Keep a key; say where it went ("file" means: there is no keyring here)."""
        secret = secret.strip()
        if not secret.isascii() or not secret or any(c.isspace() for c in secret):
            raise DataError(
                t(
                    "这不像一个 API 密钥（含空格或非 ASCII 字符）。",
                    "This does not look like an API key (blanks or non-ASCII).",
                ),
                t("重新复制密钥，不要带引号。", "Copy the key again, without quotes."),
            )
        if _to_keyring(endpoint, secret):
            _write(self.file, {k: v for k, v in _read(self.file).items() if k != endpoint})
            return "keyring"
        _write(self.file, _read(self.file) | {endpoint: secret})
        return "file"

    def forget(self, endpoint: str) -> bool:
        """Remove a stored key; say whether there was one."""
        kept = _read(self.file)
        _write(self.file, {name: secret for name, secret in kept.items() if name != endpoint})
        return _out_of_keyring(endpoint) or endpoint in kept


def _read(file: Path) -> dict[str, str]:
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): str(secret) for name, secret in stored.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        # no cause: a JSON error carries the whole text of the file, and with it the secrets
        raise DataError(
            t(
                f"密钥文件 {file} 读不懂（{_why(error)}）。",
                f"The key file {file} cannot be read ({_why(error)}).",
            ),
            t(
                "删除它，再用 `zishu keys set` 重新存入。",
                "Delete it and store the keys again with `zishu keys set`.",
            ),
        ) from None


def _why(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else type(error).__name__


def _write(file: Path, secrets: dict[str, str]) -> None:
    if secrets:
        write_json(file, secrets, private=True)
    else:
        file.unlink(missing_ok=True)


def _backend_errors() -> tuple[type[Exception], ...]:
    """Backends raise errors of many kinds (no D-Bus, locked, denied): each means there is none to use.

    Asked for when something was raised: by then the module of its class is loaded.
    """
    import keyring.errors

    foreign = (getattr(sys.modules.get(module), name, None) for module, name in BACKEND_ERRORS)
    known = [error for error in foreign if isinstance(error, type) and issubclass(error, Exception)]
    return (keyring.errors.KeyringError, OSError, RuntimeError, *known)


def _from_keyring(endpoint: str) -> str | None:
    import keyring

    try:
        return keyring.get_password(SERVICE, endpoint)
    except _backend_errors():
        return None


def _to_keyring(endpoint: str, secret: str) -> bool:
    import keyring

    try:
        keyring.set_password(SERVICE, endpoint, secret)
        return keyring.get_password(SERVICE, endpoint) == secret  # some keep nothing and say nothing
    except _backend_errors():
        return False


def _out_of_keyring(endpoint: str) -> bool:
    import keyring

    try:
        keyring.delete_password(SERVICE, endpoint)
    except _backend_errors():
        return False
    return True
