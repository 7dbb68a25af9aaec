"""One window a home: the second start rings at the first one, tells it what it was started for, and ends.

Who holds the lock file has the window; the system lets it go with the process, however that ends. The door bell is
a local socket named after the home folder.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from zishu_app.core.paths import Home

#: milliseconds in which a window answers the bell
ANSWER = 3000
#: bytes of a wish
MOST = 200
#: ways to start that say what is to be seen
MODES = ("studio", "desktop")


@dataclass(frozen=True, slots=True)
class Start:
    """What the program is started for."""

    #: "": as it was left; "studio": the studio in front; "desktop": she alone
    mode: str = ""
    #: what she is to wear; "": what she wore
    accessory: str = ""

    def wish(self) -> str:
        """As one line, for the process that runs already."""
        return f"{self.mode or 'show'} {self.accessory}".strip()


def start_of(wish: str) -> Start:
    """The opposite of `Start.wish`; whatever else somebody sends is a plain start."""
    mode, _, accessory = wish.partition(" ")
    return Start(mode if mode in MODES else "", accessory.strip())


class Single(QObject):
    """The one window of a home."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._lock = FileLock(home.root / "window.lock")
        self._name = "zishu-" + hashlib.sha256(str(home.root.resolve()).encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)

    def take(self) -> bool:
        """Whether this process may open the window."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        QLocalServer.removeServer(self._name)  # left behind by a process that was killed
        self._server.listen(self._name)
        return True

    def ring(self, wish: str = "show") -> bool:
        """Tell the process that has the window what it is to do, see `Start.wish`; whether it heard."""
        bell = QLocalSocket()
        bell.connectToServer(self._name)
        if not bell.waitForConnected(ANSWER):
            return False
        bell.write(f"{wish}\n".encode())
        heard = bell.waitForBytesWritten(ANSWER)
        bell.disconnectFromServer()
        return heard

    def on_ring(self, come: Callable[[str], object]) -> None:
        """What is done when somebody rings; it is handed their wish."""

        def listen(caller: QLocalSocket) -> None:
            if caller.canReadLine():
                come(bytes(caller.readLine(MOST).data()).decode(errors="replace").strip())
                caller.disconnectFromServer()

        def answer() -> None:
            while (caller := self._server.nextPendingConnection()) is not None:
                caller.disconnected.connect(caller.deleteLater)
                caller.readyRead.connect(partial(listen, caller))
                listen(caller)

        self._server.newConnection.connect(answer)

    def leave(self) -> None:
        """The window is closed."""
        self._server.close()
        self._lock.release()
