"""A run put together from its files: which talks it was to distil, and which results are there. Blocks; knows no Qt."""

import asyncio
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError, ZishuError
from zishu_app.core.settings import load_settings
from zishu_app.core.texts import Language, t
from zishu_app.dataset.importers import read_talks_partly
from zishu_app.dataset.talks import Talk, conversation_of
from zishu_app.distill.batch import Batch
from zishu_app.distill.distil import Way, fitted, item_of
from zishu_app.house import House
from zishu_app.ledger.calls import Speaker
from zishu_app.studio.distill import Going, sources_of, speaker_of, way_of
from zishu_app.studio.places import place_of
from zishu_app.ui.tabs.distill.run_state import TalkLine


@dataclass(frozen=True, slots=True)
class Found:
    """A result in the folder."""

    path: Path
    conversation: str
    source: str
    flagged: int
    #: by whom and in which way it was made, see `_how`
    how: str


@dataclass(frozen=True, slots=True)
class Maker:
    """Who was to distil a run, and how: a result of the same talk may be of another run, made in another way."""

    way: Way
    speaker: Speaker

    def how(self) -> Callable[[Language], str]:
        """What the results of talks in a language say of their making."""

        @functools.cache
        def told(language: Language) -> str:
            wanted = self.way.language or language
            way = asdict(fitted(self.way, self.speaker, wanted))
            way.pop("language")
            return _how(wanted, self.speaker.model.name, way)

        return told


async def maker_of(house: House, recipe: Mapping[str, Any]) -> Maker | None:
    """None where that model cannot be used any more: then nobody knows how long its chunks were to be."""
    try:
        settings = await asyncio.to_thread(load_settings, house.home, recipe.get("settings", {}))
        return Maker(way_of(settings.distill, recipe.get("language")), await speaker_of(house, settings))
    except ZishuError:
        return None


def lines_of(going: Going) -> list[TalkLine]:
    """The talks of a run that is made ready, each with the fingerprint its events will bear."""
    return list(_lines(going.sources, lambda talk: _item(going.batch, talk)))


def past_lines(recipe: Mapping[str, Any], maker: Maker | None = None) -> list[TalkLine]:
    """The talks of a run that is over: done where a result of the same conversation lies in its folder; with a
    `maker`, one that was made by that model in that way.
    """
    try:
        sources = sources_of(recipe)
    except DataError:
        sources = []
    found = results_in(folder_of(recipe))
    how = maker.how() if maker else None
    lines = list(
        _lines(sources, lambda talk: conversation_of(talk.messages) + (how(talk.language) if how else ""))
    )
    by_item = {one.conversation + (one.how if how else ""): one for one in found if one.conversation}
    for line in lines:
        if line.number and (result := by_item.get(line.item)):
            line.state, line.path, line.flagged = "done", result.path, result.flagged
        elif line.number:
            line.state = "left"
        line.item = ""
    return lines + _orphans(lines, sources, found)


def folder_of(recipe: Mapping[str, Any]) -> Path:
    """Where the results of a run lie."""
    return place_of(recipe)[0]


def results_in(folder: Path) -> list[Found]:
    """The results in a folder, by what their metadata say."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            about = json.loads(path.read_text(encoding="utf-8"))["metadata"]
            flagged, source = int(about["flagged"]), str(about["source"])
            how = _how(about.get("language"), about.get("model"), about.get("way"))
            found.append(Found(path, str(about["conversation"]), source, flagged, how))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _how(language: Any, model: Any, way: Any) -> str:
    return json.dumps([language, model, way], sort_keys=True)


def _lines(sources: Iterable[Path], item: Any) -> Iterator[TalkLine]:
    keys = count(1)
    for path in sources:
        try:
            talks, bad = read_talks_partly(path)
        except DataError as error:
            yield _bad(next(keys), path, error)
            continue
        for talk in talks:
            yield TalkLine(next(keys), talk.name, path, talk.number, item(talk))
        for one in bad:
            yield _bad(next(keys), path, one.error)


def _bad(key: int, path: Path, error: DataError) -> TalkLine:
    return TalkLine(key, path.name, path, 0, state="failed", reason=error.message, hint=error.hint)


def _item(batch: Batch, talk: Talk) -> str:
    speaker = batch.tools.speaker
    way = fitted(batch.way, speaker, batch.way.language or talk.language)
    return item_of(talk, way, speaker.model.name)


def _orphans(lines: list[TalkLine], sources: list[Path], found: Iterable[Found]) -> list[TalkLine]:
    """Results whose source cannot be read any more: they can be read all the same."""
    taken = {line.path for line in lines if line.path}
    gone = {path.name for path in sources if not path.exists()}
    keys = count(max((line.key for line in lines), default=0) + 1)
    lost = [one for one in found if one.path not in taken and one.source in gone]
    for line in lines:
        if line.source.name in {one.source for one in lost} and not line.number:
            line.reason, line.hint = t("源文件已不在。", "The source is gone."), ""
    return [
        TalkLine(
            next(keys),
            one.path.stem.removeprefix("distilled_"),
            Path(one.source),
            1,
            state="done",
            path=one.path,
        )
        for one in lost
    ]
