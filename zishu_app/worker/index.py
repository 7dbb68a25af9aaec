"""The index of memories: chromadb, which finds neighbours among vectors. Numbers and vectors only, never a text.

Each character has a folder of its own: `state.json` says where the index stands, and beside it lies chromadb's own folder
under a name that is never used twice. Whatever chromadb cannot read is removed: the program makes it anew. Forgetting
removes the files themselves, for chromadb keeps what was deleted from it.
"""

import contextlib
import json
import logging
import os
import secrets
import shutil
import struct
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

import chromadb  # noqa: E402 - it reads the environment when it is imported
import numpy as np  # noqa: E402
from chromadb.config import Settings  # noqa: E402
from chromadb.errors import ChromaError  # noqa: E402

from zishu_app.core.files import write_json  # noqa: E402
from zishu_app.jobs.specs import IndexSpec, shelf_of  # noqa: E402
from zishu_app.worker.context import Context  # noqa: E402
from zishu_app.worker.unused import empty_unused, stamp  # noqa: E402

log = logging.getLogger("zishu.worker")

#: what says where an index stands; and what lies there while it is opened: a damaged one may take the process with it
STATE, OPENING = "state.json", "opening"
#: vectors by which an opened index is tried
PROBES = 8
#: how neighbours are found: more of `ef` finds more of them and takes longer
SHAPE: Any = {"hnsw": {"space": "cosine", "ef_construction": 100, "ef_search": 64, "max_neighbors": 16}}
#: what chromadb fails with, on top of its own errors, where its files are damaged
BROKEN = (ChromaError, ValueError, KeyError, RuntimeError, OSError, IndexError, struct.error)

Told = dict[str, Any]
NOWHERE: Told = {"embedder": "", "changes": -1}
#: of a question that nothing answers
NOTHING: Told = {"numbers": [], "cosines": ""}


@dataclass
class Shelf:
    """The index of one character, opened."""

    folder: Path
    collection: Any
    client: Any
    told: Told
    count: int
    #: see worker/unused
    stamp: tuple[int, ...] = ()


@dataclass
class _Shelves:
    """All that this process has open. One writes at a time; questions do not wait for it."""

    open: dict[Path, Shelf] = field(default_factory=dict)
    door: threading.RLock = field(default_factory=threading.RLock)


_HELD = _Shelves()


def run(spec: IndexSpec, context: Context) -> Told:
    """See `IndexSpec`."""
    context.check_cancelled()
    folder = Path(spec.folder) / shelf_of(spec.character)
    act = {"mark": _mark, "add": _add, "remove": _remove, "near": _near, "forget": _forget}[spec.act]
    try:
        return act(folder, spec)
    except BROKEN as error:
        # what was being looked for is not said, and the program has the truth
        log.warning("an index is of no use and goes: %s", type(error).__name__)
        return {**NOTHING, **_drop(folder)}


def _mark(folder: Path, _spec: IndexSpec) -> Told:
    shelf = _opened(folder)
    return shelf.told if shelf else NOWHERE


def _near(folder: Path, spec: IndexSpec) -> Told:
    shelf = _opened(folder)
    if shelf is None or not shelf.count or shelf.told["embedder"] != spec.embedder:
        return {**NOTHING, **(shelf.told if shelf else NOWHERE)}
    asked = np.frombuffer(b64decode(spec.vectors), dtype="<f4")
    found = shelf.collection.query(
        query_embeddings=[asked], n_results=min(spec.most, shelf.count), include=["distances"]
    )
    cosines = (1 - np.asarray(found["distances"][0], dtype="<f4")).astype("<f4")
    return {
        "numbers": [int(one) for one in found["ids"][0]],
        "cosines": b64encode(cosines.tobytes()).decode("ascii"),
        **shelf.told,
    }


def _add(folder: Path, spec: IndexSpec) -> Told:
    with _HELD.door:
        shelf = _opened(folder) or _made(folder)
        if spec.numbers:
            vectors = np.frombuffer(b64decode(spec.vectors), dtype="<f4").reshape(len(spec.numbers), -1)
            # an unacknowledged part of an earlier try may be there already
            shelf.collection.upsert(ids=list(map(str, spec.numbers)), embeddings=vectors)
        return _stands(shelf, spec)


def _remove(folder: Path, spec: IndexSpec) -> Told:
    with _HELD.door:
        shelf = _opened(folder)
        if shelf is None:
            return NOWHERE
        shelf.collection.delete(ids=list(map(str, spec.numbers)))
        return _stands(shelf, spec)


def _forget(folder: Path, _spec: IndexSpec) -> Told:
    return _drop(folder)


def _opened(folder: Path) -> Shelf | None:
    """The index as it lies there; None where there is none, or where it does not hold what it says."""
    found = _HELD.open.get(folder)
    if found is not None and found.folder.is_dir():
        return found
    with _HELD.door:
        if folder in _HELD.open and _HELD.open[folder].folder.is_dir():
            return _HELD.open[folder]
        _HELD.open.pop(folder, None)
        state = _read(folder)
        if state is None:
            return None
        if (folder / OPENING).exists():
            raise ValueError("whoever opened it last did not come back")
        (folder / OPENING).touch()
        client = _client(folder / state["folder"])
        collection = client.get_collection(folder.name, embedding_function=None)
        told = {"embedder": state["embedder"], "changes": state["changes"]}
        _HELD.open[folder] = Shelf(folder / state["folder"], collection, client, told, state["count"])
        _clean(_HELD.open[folder])
        _try_out(_HELD.open[folder])
        (folder / OPENING).unlink()
        return _HELD.open[folder]


def _try_out(shelf: Shelf) -> None:
    """Raises ValueError where an index does not hold what it says, or does not find what it holds."""
    if shelf.collection.count() != shelf.count:
        raise ValueError("the index does not hold what it says")
    some = shelf.collection.get(limit=PROBES, include=["embeddings"])
    if not some["ids"]:
        return
    found = shelf.collection.query(query_embeddings=some["embeddings"], n_results=1, include=["distances"])
    # not by number: another one may lie in the same place. NaN is not below anything
    right = sum(bool(one) and abs(one[0]) < 1e-3 for one in found["distances"])
    if right * 2 < len(some["ids"]):
        raise ValueError("the index does not find what it holds")


def _made(folder: Path) -> Shelf:
    """A new index, empty."""
    _drop(folder)
    name = secrets.token_hex(6)
    (folder / name).mkdir(parents=True)
    client = _client(folder / name)
    collection = client.create_collection(folder.name, embedding_function=None, configuration=SHAPE)
    _HELD.open[folder] = Shelf(folder / name, collection, client, NOWHERE, 0)
    return _HELD.open[folder]


def _stands(shelf: Shelf, spec: IndexSpec) -> Told:
    """Write down where the index stands, after its vectors: what was killed in between is done once more."""
    shelf.told = {"embedder": spec.embedder, "changes": spec.changes}
    shelf.count = shelf.collection.count()
    _clean(shelf)
    write_json(shelf.folder.parent / STATE, {"folder": shelf.folder.name, "count": shelf.count, **shelf.told})
    return shelf.told


def _clean(shelf: Shelf) -> None:
    """Nothing that the process had in memory before stays in files that were written out."""
    if (now := stamp(shelf.folder)) != shelf.stamp:
        empty_unused(shelf.folder)
        shelf.stamp = now


def _drop(folder: Path) -> Told:
    """Remove every file of an index."""
    with _HELD.door:
        shelf = _HELD.open.pop(folder, None)
        if shelf is not None:
            with contextlib.suppress(*BROKEN):
                shelf.client.close()
        for name in (STATE, OPENING):
            (folder / name).unlink(missing_ok=True)
        for left in _folders(folder):
            # Windows keeps what is still open: the next one who comes by removes it
            shutil.rmtree(left, ignore_errors=True)
    return NOWHERE


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (one for one in folder.iterdir() if one.is_dir())


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        known = isinstance(state["count"], int) and isinstance(state["changes"], int)
        return state if known and (folder / state["folder"]).is_dir() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _client(folder: Path) -> Any:
    return chromadb.PersistentClient(
        str(folder), Settings(anonymized_telemetry=False, allow_reset=False, is_persistent=True)
    )
