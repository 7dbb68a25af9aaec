"""Tables in Markdown, out of texts that may hold anything."""


def row(*cells: str) -> str:
    """A line of a table: what would end a cell or a line is made harmless."""
    return f"| {' | '.join(map(_harmless, cells))} |"


def rule(columns: int) -> str:
    """The line below the titles."""
    return "|" + " --- |" * columns


def _harmless(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
