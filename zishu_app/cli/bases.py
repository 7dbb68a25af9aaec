"""The part of `zishu models` that is about bases: which there are, which are here, fetching one, making the built-in one."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from zishu_app.brains.bases import Converting, Learner, Ready, bases_here, ensure_base, known_bases
from zishu_app.brains.bases_cards import LearnerCard
from zishu_app.brains.bases_download import Fetching, download_base
from zishu_app.brains.cards import BUILTIN, BUILTIN_ID
from zishu_app.brains.events import Began, Checked, DownloadOptions, Planned
from zishu_app.cli.view import JsonView
from zishu_app.core.errors import DataError
from zishu_app.core.texts import t
from zishu_app.house import House


def told_bases(house: House) -> list[dict[str, Any]]:
    """All bases as plain values, those that are here first."""
    cards = known_bases(house.home)
    here = {one.id: one for one in bases_here(house.home, cards)}
    own = [_plain(None, one) for one in here.values() if one.card is None]
    known = [_plain(card, here.get(card.id)) for card in cards.values()]
    return sorted([*own, *known], key=lambda one: not one["folder"])


def _plain(card: LearnerCard | None, learner: Learner | None) -> dict[str, Any]:
    """What is known of a base; without a card, what its folder says."""
    told: dict[str, Any] = {
        "id": card.id if card else "",
        "name": card.name if card else "",
        "folder": str(learner.folder) if learner else "",
        "bytes": learner.size if learner else None,
    }
    if learner is not None and card is None:
        return told | {"id": learner.id, "name": learner.name, "family": learner.family, "trainable": True}
    if card is not None:
        told |= {
            "family": card.family,
            "parameters": card.parameters,
            "download": card.download_size,
            "licence": card.licence,
            "languages": list(card.languages),
            "context": card.context,
            "template": card.template,
            "trainable": card.trainable,
            "successor": card.successor,
            "gated": card.gated,
            "made_of": card.made_of or "",
        }
    return told


def list_bases(house: House, *, as_json: bool) -> int:
    """`zishu models list --bases`."""
    bases = told_bases(house)
    if as_json:
        print(json.dumps({"bases": bases}, ensure_ascii=False))
        return 0
    print(
        t(
            "底座（可训练的模型；zishu models download --base 名称）：",
            "Bases (models to train; zishu models download --base NAME):",
        )
    )
    for one in bases:
        print(_line(one))
    print(
        t(
            "  （✓ 在本机  ✗ 需要外来代码或不是文字模型，不在这里训练）",
            "  (✓ on this computer  ✗ not trained here: foreign code, or no model of text)",
        )
    )
    return 0


def _line(one: dict[str, Any]) -> str:
    mark = "✓" if one["folder"] else " " if one["trainable"] else "✗"
    if "licence" not in one:
        return f"  {mark} {one['id']}"
    rest = f"{one['parameters'] / 1e9:5.2f} B  {one['download'] / 1e9:5.1f} GB  {','.join(one['languages'])}  {one['licence']}"
    after = f" → {one['successor']}" if one["successor"] else ""
    if one["made_of"]:
        after = t(" · 由内置模型转换，不用下载", " · made of the built-in model, not fetched")
    locked = t(" · 要先同意许可证", " · its licence must be agreed to first") if one["gated"] else ""
    return f"  {mark} {one['id']:22} {rest}{after}{locked}"


def base_card(house: House, name: str) -> LearnerCard:
    """The card called `name`. Raises DataError."""
    cards = known_bases(house.home)
    card = cards.get(BUILTIN_ID if name == BUILTIN else name)
    if card is None:
        raise DataError(
            t(f"没有名为 {name} 的底座。", f"There is no base {name}."),
            t("可下载：", "To be had: ") + ", ".join(one.id for one in cards.values() if one.trainable),
        )
    return card


def about_base(house: House, name: str) -> dict[str, Any]:
    """What its card and its folder say."""
    card = base_card(house, name)
    learner = next((one for one in bases_here(house.home) if one.id == card.id), None)
    memory = {one: f"{card.weights_memory(one) / 1e9:.1f} GB" for one in ("fp32", "bf16", "int8", "nf4")}
    sources = "; ".join(f"{one.kind} {one.repo}@{one.revision}" for one in card.sources)
    return _plain(card, learner) | {"weights": memory, "note": str(card.note), "sources": sources}


async def fetch_base(
    house: House, given: argparse.Namespace, stop: asyncio.Event, show: Callable[[Any], None]
) -> int:
    """`zishu models download --base`; what `show` does not know is shown here."""
    card = base_card(house, given.name)
    if not given.json:
        print(f"{card.name} · {card.download_size / 1e9:.1f} GB · {card.licence} · {card.note}")
    shown = JsonView().show if given.json else lambda event: _show(event, show)
    async with house, aclosing(_events(house, given, card)) as events:
        async for event in events:
            shown(event)
            if stop.is_set() and not isinstance(event, Ready):
                print(
                    t("已停下；再次运行同一命令会接着做。", "Stopped; the same command goes on from here."),
                    file=sys.stderr,
                )
                return 130
    return 0


def _events(
    house: House, given: argparse.Namespace, card: LearnerCard
) -> AsyncGenerator[Fetching | Converting | Ready]:
    if card.made_of is not None:
        gguf = house.model_file(house.choose(BUILTIN))
        return ensure_base(house.lane("long"), house.home, gguf)
    prefer = "mirror" if given.mirror else house.settings.downloads.prefer
    options = DownloadOptions(prefer=prefer, again=given.again)
    return download_base(house.client, card, house.home.bases, options)


def _show(event: Any, show: Callable[[Any], None]) -> None:
    match event:
        case Began() if event.count > 1:
            print(f"\n{event.path} ({event.number}/{event.count})", flush=True)
        case Began() | Planned() | Checked():
            return
        case Converting():
            print(f"  {event.done:.0f}/{event.total:.0f} {event.text}", flush=True)
        case Ready():
            print(f"\n→ {event.learner.folder}", flush=True)
        case _:
            show(event)
