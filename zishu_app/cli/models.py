"""`zishu models`: what can be talked to, what is on this computer, and fetching what is not."""

import argparse
import asyncio
import json
import sys
from typing import Any

from zishu_app.brains.cards import Card, find_card
from zishu_app.brains.download import download
from zishu_app.brains.events import (
    Checked,
    DownloadOptions,
    Finished,
    Planned,
    Progress,
    Received,
    Switched,
    Waiting,
)
from zishu_app.brains.find import find_model, installed, known_cards
from zishu_app.cli.bases import about_base, fetch_base, list_bases, told_bases
from zishu_app.cli.session import open_house, run_stoppable
from zishu_app.cli.view import JsonView
from zishu_app.core.errors import DataError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.paths import SHARED_MODELS
from zishu_app.core.texts import duration, t
from zishu_app.house import House
from zishu_app.llm.prices import Price


def run(given: argparse.Namespace) -> int:
    """One of list, download, info."""
    house = open_house(given)
    if given.action == "download" and given.base:
        return run_stoppable(lambda stop: fetch_base(house, given, stop, _show))
    if given.action == "download":
        return run_stoppable(lambda stop: _download(house, given, stop))
    if given.action == "list" and given.bases:
        return list_bases(house, as_json=given.json)
    return {"list": _list, "info": _info}[given.action](house, given)


def _list(house: House, given: argparse.Namespace) -> int:
    cards = known_cards(house.home)
    local = installed(house.home, cards)
    if given.json:
        value = {
            "endpoints": {
                name: {
                    "base_url": record.base_url,
                    "models": sorted(record.models),
                    "key": _has_key(house, name),
                }
                for name, record in house.catalog.endpoints.items()
            },
            "files": [{"path": str(found.path), "name": found.name, "size": found.size} for found in local],
            "cards": sorted(cards),
            "bases": told_bases(house),
        }
        print(json.dumps(value, ensure_ascii=False))
        return 0
    print(t("接口：", "Endpoints:"))
    for name, record in house.catalog.endpoints.items():
        mark = {True: "✓", False: "✗", None: " "}[_has_key(house, name)]
        models = ", ".join(sorted(record.models)[:6]) or record.default_model
        print(f"  {mark} {name:14} {models}")
    print(t("  （✓ 有密钥  ✗ 缺密钥）", "  (✓ there is a key  ✗ no key yet)"))
    print(t("本机模型：", "On this computer:"))
    for found in local:
        print(f"    {found.card.id if found.card else found.path.name:24} {_mb(found.size)}  {found.path}")
    here = {found.card.id for found in local if found.card}
    print(t("可下载（zishu models download 名称）：", "To be had (zishu models download NAME):"))
    for card in cards.values():
        if card.id not in here:
            print(
                f"    {card.id:24} {_mb(card.size) if card.size else '?'}  {card.licence}  {','.join(card.languages)}"
            )
    return list_bases(house, as_json=False)


def _has_key(house: House, name: str) -> bool | None:
    """None: it needs none."""
    record = house.catalog.endpoints[name]
    return bool(house.keys.find(name, record.key_env)) if record.needs_key else None


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


async def _download(house: House, given: argparse.Namespace, stop: asyncio.Event) -> int:
    card = _card(house, given.name)
    prefer = "mirror" if given.mirror else house.settings.downloads.prefer
    options = DownloadOptions(prefer=prefer, again=given.again)
    folder = SHARED_MODELS if given.shared else house.home.models
    if not given.json:
        print(f"{card.name} · {_mb(card.size) if card.size else '?'} · {card.licence} · {card.note}")
    shown = JsonView().show if given.json else _show
    async with house:
        async for event in download(house.client, card, folder, options):
            shown(event)
            if stop.is_set() and not isinstance(event, Finished):
                print(
                    t("已停下；再次运行同一命令会接着下载。", "Stopped; the same command goes on from here."),
                    file=sys.stderr,
                )
                return 130
    return 0


def _card(house: House, name: str) -> Card:
    cards = known_cards(house.home)
    card = find_card(cards, name)
    if card is None:
        raise DataError(
            t(f"没有名为 {name} 的模型卡片。", f"There is no model card {name}."),
            t("可下载：", "To be had: ") + ", ".join(cards),
        )
    return card


def _show(event: Progress) -> None:
    """One line that is written over while bytes come in; lines for everything else."""
    live = sys.stdout.isatty()
    match event:
        case Received() if live:
            total = f" / {_mb(event.total)}" if event.total else ""
            left = (
                f" · {t('剩余', 'left')} {duration(event.seconds_left)}"
                if event.seconds_left is not None
                else ""
            )
            print(
                f"\r  {_mb(event.done)}{total} · {event.speed / 1e6:.1f} MB/s{left}      ", end="", flush=True
            )
        case Planned():
            resumed = (
                t(f"，从 {_mb(event.done)} 处继续", f", going on at {_mb(event.done)}") if event.done else ""
            )
            print(t(f"来源 {event.source}{resumed}", f"From {event.source}{resumed}"), flush=True)
        case Switched():
            print(
                f"\n{event.reason} → {event.source}" if live else f"{event.reason} → {event.source}",
                flush=True,
            )
        case Waiting():
            print(
                t(
                    "另一个程序正在下载同一个文件，等待中……",
                    "Another program is fetching this file; waiting ...",
                ),
                flush=True,
            )
        case Checked():
            against = {
                "card": t("与卡片一致", "as the card says"),
                "hub": t("与来源公布的一致", "as the hub announced"),
                "size": t("只核对了大小", "only the size could be compared"),
                "nothing": t("没有可核对的校验值", "there was nothing to compare it with"),
            }[event.against]
            print(
                f"\n  sha256 {event.sha256[:16]}… {against}"
                if live
                else f"  sha256 {event.sha256} {against}",
                flush=True,
            )
        case Finished():
            print(f"→ {event.path}", flush=True)


def _info(house: House, given: argparse.Namespace) -> int:
    told = about_base(house, given.name) if given.base else _about(house, given.name)
    if given.json:
        print(json.dumps(told, ensure_ascii=False, default=str))
        return 0
    for key, value in told.items():
        print(f"{key:14} {value}")
    return 0


def _about(house: House, name: str) -> dict[str, Any]:
    """What the card, the file itself and the catalog say."""
    told: dict[str, Any] = {}
    card = find_card(known_cards(house.home), name)
    if card is not None:
        told |= {
            "id": card.id,
            "name": card.name,
            "licence": card.licence,
            "languages": ", ".join(card.languages),
            "context": card.context,
            "memory": f"{card.memory_mb} MB",
            "note": str(card.note),
            "sources": "; ".join(f"{source.kind}" for source in card.sources),
        }
    path = find_model(house.home, name)
    if path is not None:
        header = read_gguf_header(path)
        told |= {"file": str(path), "size": _mb(path.stat().st_size), "architecture": header.architecture}
    elif card is not None:
        told["file"] = t(
            f"不在本机；zishu models download {card.id}", f"not here; zishu models download {card.id}"
        )
    if not told or (card is not None and name == "builtin"):
        told |= _from_catalog(house, name)
    return told


def _from_catalog(house: House, name: str) -> dict[str, Any]:
    chosen = house.choose(name)
    return {
        "model": chosen.name,
        "base_url": chosen.base_url or "-",
        "context": chosen.limits.context,
        "tokens by": chosen.limits.tokenizer,
        "at once": chosen.concurrency,
        "price": _price(chosen.price),
    }


def _price(price: Price | None) -> str:
    if price is None:
        return t("未知", "unknown")
    if not price.currency:
        return t("免费", "free of charge")
    return (
        f"{price.input_per_million} / {price.output_per_million} {price.currency}"
        f" {t('每百万 tokens（输入/输出）', 'per million tokens (in/out)')}, {price.source}, {price.date}"
    )
