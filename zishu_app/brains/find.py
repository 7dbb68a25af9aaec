"""Which model files are here, and which of them can hold a talk in Chinese.

All of this reads the disk; the loop of a window calls it in a thread.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zishu_app.brains.cards import Card, find_card, load_cards
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import GgufArray, GgufHeader, read_gguf_header
from zishu_app.core.paths import MODEL_CARDS, SHARED_MODELS, Home

log = logging.getLogger("zishu.brains")


@dataclass(frozen=True, slots=True)
class Found:
    """A model file that is here."""

    path: Path
    #: what people read
    name: str
    size: int
    #: None: a file of the user's own, without a card
    card: Card | None


def known_cards(home: Home) -> dict[str, Card]:
    """The shipped cards, and the user's own over them. Raises DataError on a wrong card."""
    return load_cards(MODEL_CARDS, home.models)


def find_model(home: Home, id_or_path: str, shared: Path = SHARED_MODELS) -> Path | None:
    """The file of a model: by id ("builtin" too), by file name in the models folder, or by a path of its own.

    None: it is not here. A file whose size is not the card's is not that model.
    """
    card = find_card(known_cards(home), id_or_path)
    if card is not None:
        found = find_file(home, card, shared)
        return found.path if found else None
    if not id_or_path.lower().endswith(".gguf"):
        return None
    given = Path(id_or_path).expanduser()
    # a bare name means the models folder before the folder the program happens to run in
    bare = not set(id_or_path) & {"/", "\\"}
    places = [home.models / given, given] if bare else [given]
    return next((place.absolute() for place in places if place.is_file()), None)


def find_file(home: Home, card: Card, shared: Path = SHARED_MODELS) -> Found | None:
    """The card's file, the user's folder first."""
    for folder in (home.models, shared):
        path = folder / card.file
        size = _size(path)
        if size is not None and card.size in (None, size):
            return Found(path, card.name, size, card)
    return None


def installed(home: Home, cards: Mapping[str, Card], shared: Path = SHARED_MODELS) -> list[Found]:
    """All model files that are here: those with a card, then the user's own by name."""
    with_card = [found for card in cards.values() if (found := find_file(home, card, shared))]
    taken = {found.path for found in with_card}
    own = []
    for path in sorted(home.models.glob("*.gguf")):
        size = _size(path)
        if path not in taken and size is not None:
            own.append(Found(path, path.stem, size, None))
    return with_card + own


def usable_chinese(home: Home, cards: Mapping[str, Card], shared: Path = SHARED_MODELS) -> Found | None:
    """The model to talk Chinese with: the biggest that a card says can, else a fitting file of the user's own."""
    here = installed(home, cards, shared)
    known = [found for found in here if found.card and found.card.speaks_chinese]
    own = [found for found in here if not found.card]
    by_size = sorted(known, key=lambda found: found.size, reverse=True)
    return next(iter(by_size), None) or next((found for found in own if _may_speak_chinese(found.path)), None)


def embedder_here(home: Home, shared: Path = SHARED_MODELS) -> Found | None:
    """A model file that was made to compare texts, by its header; the smallest where there are several."""
    here = sorted(installed(home, known_cards(home), shared), key=lambda found: found.size)
    return next((found for found in here if _embeds(found.path)), None)


def _embeds(path: Path) -> bool:
    try:
        header = read_gguf_header(path)
    except DataError as error:
        log.info("%s", error.message)
        return False
    return any(key.endswith(".pooling_type") for key in header.metadata)


def _may_speak_chinese(path: Path) -> bool:
    """Instruct-tuned by its header, and not said to be for other languages only."""
    try:
        header = read_gguf_header(path)
        languages = _languages(header)
    except DataError as error:
        log.info("%s", error.message)
        return False
    # an embedding model may carry the chat template of the model it was made from
    embeds = any(key.endswith(".pooling_type") for key in header.metadata)
    chinese = not languages or any(one.startswith("zh") for one in languages)
    return header.has_chat_template and not embeds and chinese


def _languages(header: GgufHeader) -> list[str]:
    said = header.metadata.get("general.languages")
    return [str(one).lower() for one in said.read()] if isinstance(said, GgufArray) else []


def _size(path: Path) -> int | None:
    """Bytes of a file; None where there is none."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
