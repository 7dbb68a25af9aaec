"""Changing a TOML file somebody else writes in too: what stands in it stays where it stands."""

from typing import Any


def set_key(table: Any, key: str, value: Any) -> None:
    """Set a key of a table that tomlkit has read.

    A new one comes behind the last: what follows that, a comment mostly, belongs to the next table.
    """
    body, behind = table.value.body, []
    if key not in table and any(one is not None for one, _ in body):
        while body[-1][0] is None:
            behind.append(body.pop()[1])
    table[key] = value
    for item in reversed(behind):
        table.add(item)
