"""PySide6 listens to every `import`; this stops it.

Its hook reads the source of each module that is imported, to find out whether that asks for `__feature__` spellings
of Qt's names. Nobody here does, and with the hook the libraries of the program take half as long again to be imported
(0.6 s against 0.4 s), while she is waited for; and the sources stay in memory, 10 MB of them.
"""

import builtins
import linecache


def take_out_hook() -> None:
    """To be called before anything of ours is imported behind PySide6; calling it again does no harm."""
    import PySide6.QtCore  # noqa: F401 - the hook comes with it

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
    linecache.clearcache()
