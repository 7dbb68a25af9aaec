"""The window; Qt lives here and nowhere else.

PySide6 puts a hook into `import` that reads the source of every module that is imported from then on, to find out
whether it asks for `__feature__` spellings of Qt's names. Nobody here does, and with the hook the libraries of the
studio take half as long again to be imported (0.60 s against 0.40 s), on the loop that draws. It is taken out again.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - it brings the hook

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
