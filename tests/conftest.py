"""What every test stands on: a home of its own, no network, no key, no keyring, and open ears for warnings.

What a test may ask for besides the automatic fixtures:

- `home`: the home folder of this test (a `Home`); $ZISHU_HOME points to it.
- `expects_log`: the warnings the program logged, as a list. Without it a warning fails the test; with it,
  the lack of one does.
- `told`: what the user is told by an error, as one text.
- marker `may_block`: this async test may block the event loop (say why in its reason).
"""

import asyncio
import inspect
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keyring
import keyring.backends.fail
import pytest
from hypothesis import settings

from tests.blocking import watched
from tests.loopback import only_loopback
from zishu_app.core.errors import ZishuError
from zishu_app.core.paths import Home, open_home
from zishu_app.core.texts import set_language

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "NO_PROXY")


#: no test is timed, drawn examples neither: the machine may be busy
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "may_block(reason): this async test may block the event loop")


@pytest.fixture(autouse=True)
def guards() -> Iterator[pytest.MonkeyPatch]:
    """What the guards put up. Not `monkeypatch`: a test that takes back its own changes takes back none of these."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def _clean_environment(guards: pytest.MonkeyPatch) -> None:
    """No setting, key or proxy of whoever runs the tests; child processes get no keyring either."""
    for name in list(os.environ):
        if name.startswith("ZISHU_") or name.upper().endswith("_API_KEY") or name.upper() in PROXIES:
            guards.delenv(name)
    guards.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    set_language("en")


@pytest.fixture(autouse=True)
def home(
    tmp_path_factory: pytest.TempPathFactory, guards: pytest.MonkeyPatch, _clean_environment: None
) -> Home:
    """A home folder that only this test knows; not in `tmp_path`, which belongs to the test alone."""
    root = tmp_path_factory.mktemp("home")
    guards.setenv("ZISHU_HOME", str(root))
    return open_home(root)


@pytest.fixture(autouse=True)
def no_network(guards: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """This process reaches nothing but this machine; whoever tries is told so, and the test fails."""
    tried: list[str] = []
    only_loopback(guards, tried)
    yield tried
    if tried:
        pytest.fail(f"the network was asked for: {', '.join(tried)}")


@pytest.fixture(autouse=True)
def log_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in the program's log that no test asked for is a failure."""
    with _listening() as heard:
        yield
    if "expects_log" not in request.fixturenames and heard:
        pytest.fail("logged, and not expected:\n" + "\n".join(map(_shown, heard)))


@pytest.fixture
def expects_log() -> Iterator[list[logging.LogRecord]]:
    """The warnings and errors the program logs in this test; at least one must come."""
    with _listening() as heard:
        yield heard
    if not heard:
        pytest.fail("no warning was logged, though one was expected")


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    heard: list[logging.LogRecord] = []
    ear = logging.Handler(logging.WARNING)
    ear.emit = heard.append  # type: ignore[method-assign]
    root = logging.getLogger("zishu")
    root.addHandler(ear)
    try:
        yield heard
    finally:
        root.removeHandler(ear)


def _shown(record: logging.LogRecord) -> str:
    line = f"  {record.levelname} {record.name}: {record.getMessage()}"
    return f"{line}\n{logging.Formatter().formatException(record.exc_info)}" if record.exc_info else line


@pytest.fixture(autouse=True)
def _no_log_left() -> Iterator[None]:
    """Handlers and levels a test gave to the program's loggers go with it."""
    root = logging.getLogger("zishu")
    before, level = list(root.handlers), root.level
    yield
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture(autouse=True)
def no_blocking(request: pytest.FixtureRequest, no_network: object) -> Iterator[None]:
    """Our code does not hold up the event loop: see tests/blocking.py for what counts. Put up over `no_network`."""
    is_async = inspect.iscoroutinefunction(getattr(request.node, "obj", None))
    if not is_async or request.node.get_closest_marker("may_block"):
        yield
        return
    with watched():
        yield


Told = Callable[[type[ZishuError], Callable[[], object]], str]


@pytest.fixture
def told() -> Told:
    """`told(SettingsError, lambda: load())`: the message and the hint, as the user reads them."""

    def run(kind: type[ZishuError], act: Callable[[], object]) -> str:
        with pytest.raises(kind) as caught:
            made = act()
            if inspect.iscoroutine(made):
                asyncio.run(made)
        return str(caught.value)

    return run
