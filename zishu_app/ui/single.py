"""One window a home: the second start brings the first one's window to the front and ends.

Who holds the lock file has the window; the system lets it go with the process, however that ends. The door bell is
a local socket named after the home folder.
"""

import hashlib
from collections.abc import Callable

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from zishu_app.core.paths import Home

#: milliseconds in which a window answers the bell
ANSWER = 3000


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

    def ring(self) -> bool:
        """Ask the process that has the window to show it; whether it heard."""
        bell = QLocalSocket()
        bell.connectToServer(self._name)
        if not bell.waitForConnected(ANSWER):
            return False
        bell.write(b"show\n")
        heard = bell.waitForBytesWritten(ANSWER)
        bell.disconnectFromServer()
        return heard

    def on_ring(self, show: Callable[[], object]) -> None:
        """What is done when somebody rings."""

        def answer() -> None:
            while (caller := self._server.nextPendingConnection()) is not None:
                caller.disconnected.connect(caller.deleteLater)
                show()

        self._server.newConnection.connect(answer)

    def leave(self) -> None:
        """The window is closed."""
        self._server.close()
        self._lock.release()
