"""What of her lasts between two starts and is worth no database: her mood, her place on the screen, what she wears.

One small file, written whole; each part of the program keeps its own values in it under a name of its own. Where it is
damaged it is forgotten: nothing in it cannot be found out anew. Reading and writing block.
"""

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zishu_app.core.files import write_json

log = logging.getLogger("zishu.companion")


@dataclass(frozen=True)
class StateFile:
    """The file; several programs may have it open."""

    path: Path
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def read(self, part: str) -> Mapping[str, Any]:
        """The values of one part; none where it never wrote any."""
        values = self._all().get(part)
        return values if isinstance(values, dict) else {}

    def write(self, part: str, values: Mapping[str, Any]) -> None:
        """Keep these values of one part, in the place of those it had; the other parts stay."""
        with self._writing:
            write_json(self.path, {**self._all(), part: dict(values)})

    def _all(self) -> dict[str, Any]:
        try:
            value = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.info("%s cannot be read and is forgotten: %s", self.path.name, type(error).__name__)
            return {}
        return value if isinstance(value, dict) else {}
