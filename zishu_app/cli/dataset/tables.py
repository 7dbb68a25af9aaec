"""Tables on a terminal: columns stand below each other, also where Chinese takes two places a character."""

import shutil
import sys
from collections.abc import Collection, Sequence

from rich.cells import cell_len, set_cell_size

#: between two columns
GAP = "  "


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Lines with all columns as wide as their longest entry; the last one is cut to fit a terminal.

    `right`: columns of numbers, which stand at their right end.
    """
    lines = [heads, *rows] if any(heads) else list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    room = screen()
    if room is not None:
        widths[-1] = max(room - sum(widths[:-1]) - len(GAP) * (len(widths) - 1), 10)
    return [_line(line, widths, right, narrow=room is not None) for line in lines]


def screen() -> int | None:
    """Places in a line of the terminal; None where it is none and nothing need be cut."""
    return shutil.get_terminal_size().columns - 1 if sys.stdout.isatty() else None


def cut(text: str, width: int) -> str:
    """As much as fits, with a mark where something is left out."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def size(number: int) -> str:
    """Bytes for people."""
    for unit, word in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if number >= unit:
            return f"{number / unit:,.1f} {word}"
    return f"{number} B"


def bar(share: float, width: int = 24) -> str:
    """A bar of a share, from 0 to 1, in eighths of a place."""
    eighths = round(share * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def _line(cells: Sequence[str], widths: Sequence[int], right: Collection[int], *, narrow: bool) -> str:
    found = [
        " " * (width - cell_len(cell)) + cell if place in right else cell + " " * (width - cell_len(cell))
        for place, (cell, width) in enumerate(zip(cells[:-1], widths, strict=False))
    ]
    last = len(cells) - 1
    end = cut(cells[-1], widths[-1]) if narrow else cells[-1]
    found.append(" " * max(widths[-1] - cell_len(end), 0) + end if last in right else end)
    return GAP.join(found).rstrip()
