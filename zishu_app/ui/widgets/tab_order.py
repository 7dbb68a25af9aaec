"""The order in which Tab goes, for parts that stand in another order than they were built in."""

from collections.abc import Sequence
from itertools import chain, pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_order(whole: QWidget, parts: Sequence[QWidget]) -> None:
    """One part after the other, each in the order it has; a part may lie within a later one.

    Only what holds nothing that takes the keyboard itself is moved: Qt puts what follows such a holder (a scrolled
    area) behind the last of its children, wherever that is.
    """
    places: list[list[QWidget]] = [[] for _ in parts]
    one = whole.nextInFocusChain()
    while one is not None and one is not whole:
        inside = (number for number, part in enumerate(parts) if part is one or part.isAncestorOf(one))
        if _is_stop(one) and (place := next(inside, None)) is not None:
            places[place].append(one)
        one = one.nextInFocusChain()
    for before, after in pairwise(chain.from_iterable(places)):
        QWidget.setTabOrder(before, after)


def _takes_keys(one: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus) and one.focusProxy() is None


def _is_stop(one: QWidget) -> bool:
    """A list that drops down from a box is a window of its own, and no part of the order."""
    inside = (child for child in one.findChildren(QWidget) if child.window() is one.window())
    return _takes_keys(one) and not any(map(_takes_keys, inside))
