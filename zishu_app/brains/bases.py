"""Bases that are here: models in the form of transformers, that can be trained. And the built-in one, made when it is wanted.

All of this reads the disk; the loop of a window calls it in a thread.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zishu_app.brains.bases_cards import SHIPPED_BASES, LearnerCard, load_bases
from zishu_app.brains.cards import BUILTIN, BUILTIN_ID
from zishu_app.core.errors import DataError
from zishu_app.core.paths import Home
from zishu_app.core.texts import t
from zishu_app.jobs.base import JobLane, result_in
from zishu_app.jobs.protocol import Ending, Progress
from zishu_app.jobs.specs import ConvertSpec

log = logging.getLogger("zishu.brains")

#: what says which file or repository a folder was made of, and its hashes
NOTE = "zishu.json"
#: kinds that transformers itself can read; of others with code of their own the code would have to be run
KNOWN_FAMILIES = frozenset(
    {
        *("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "glm", "glm4"),
        *("phi", "phi3", "minicpm3", "smollm3", "olmo", "olmo2", "granite", "stablelm", "cohere"),
        *("starcoder2", "gpt_neox", "gpt2"),
    }
)


@dataclass(frozen=True, slots=True)
class Learner:
    """A model that is here and can be trained."""

    #: how it is asked for: the card's id, else the path of its folder
    id: str
    name: str
    folder: Path
    #: bytes of its weights
    size: int
    family: str
    #: None: a folder of the user's own, without a card
    card: LearnerCard | None

    @property
    def languages(self) -> tuple[str, ...]:
        """Empty: not known."""
        return self.card.languages if self.card else ()


@dataclass(frozen=True, slots=True)
class Converting:
    """The built-in base is being made: so much of it is done."""

    done: float
    total: float
    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The one good ending: the base is there. A bad one is a raised ZishuError."""

    learner: Learner


def known_bases(home: Home) -> dict[str, LearnerCard]:
    """The shipped cards, and the user's own over them. Raises DataError on a wrong card."""
    return load_bases(SHIPPED_BASES, home.bases)


def bases_here(home: Home, cards: Mapping[str, LearnerCard] | None = None) -> list[Learner]:
    """All bases in the home: those with a card, then the user's own by name. What is none is passed over."""
    known = known_bases(home) if cards is None else cards
    found = []
    for folder in sorted(home.bases.iterdir()) if home.bases.is_dir() else ():
        if not (folder / "config.json").is_file():
            continue
        try:
            found.append(look_at_base(folder, known.get(folder.name)))
        except DataError as error:
            log.info("%s", error.message)
    return sorted(found, key=lambda one: (one.card is None, one.id))


def find_base(home: Home, name: str) -> Learner:
    """A base by its id, "builtin", or the path of any folder with a `config.json`.

    Raises DataError: it is not here (with what to do), or cannot be trained (with what to take instead).
    """
    wanted = BUILTIN_ID if name in ("", BUILTIN) else name
    card = known_bases(home).get(wanted)
    if card is not None and not card.trainable:
        raise not_trainable(card)
    bare = not set(wanted) & {"/", "\\"}
    places = [home.bases / wanted] if bare else []
    for folder in (*places, Path(wanted).expanduser()):
        if (folder / "config.json").is_file():
            return look_at_base(folder.absolute(), card)
    raise _not_here(wanted, card)


def look_at_base(folder: Path, card: LearnerCard | None = None) -> Learner:
    """What a folder holds. Raises DataError: files are missing, or it runs only with code of its own."""
    config = _config(folder)
    family = str(config.get("model_type", ""))
    if "auto_map" in config and family not in KNOWN_FAMILIES:
        raise _foreign_code(folder)
    weights = list(folder.glob("*.safetensors"))
    if not weights:
        raise _lacking(folder, "*.safetensors")
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model")):
        raise _lacking(folder, "tokenizer.json")
    size = sum(one.stat().st_size for one in weights)
    name = card.name if card else folder.name
    return Learner(card.id if card else str(folder), name, folder, size, family, card)


async def ensure_base(lane: JobLane, home: Home, gguf: Path) -> AsyncGenerator[Converting | Ready]:
    """The built-in base; made of its model file where it is not there. Ends with one `Ready`.

    Raises ZishuError: the training pack is missing, the file cannot be converted, the job was lost.
    """
    folder, card = home.bases / BUILTIN_ID, (await asyncio.to_thread(known_bases, home))[BUILTIN_ID]
    if not await asyncio.to_thread((folder / "config.json").is_file):
        yield Converting(0, 1, t("正在转换内置底座", "making the built-in base"))
        await asyncio.to_thread(home.bases.mkdir, parents=True, exist_ok=True)
        async for event in await lane.submit(ConvertSpec(str(gguf), str(folder))):
            if isinstance(event, Progress):
                yield Converting(event.done, event.total, event.text)
            elif isinstance(event, Ending):
                result_in(event)
    yield Ready(await asyncio.to_thread(look_at_base, folder, card))


def not_trainable(card: LearnerCard) -> DataError:
    """It is known, and cannot be trained here."""
    return DataError(
        t(f"{card.name} 不能在这里训练。{card.note}", f"{card.name} cannot be trained here. {card.note}"),
        t(f"后继：{card.successor}。", f"Take {card.successor} instead."),
    )


def _config(folder: Path) -> Mapping[str, Any]:
    try:
        value = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _lacking(folder, "config.json") from error
    except (OSError, ValueError) as error:
        raise DataError(
            t(f"读不了 {folder / 'config.json'}。", f"{folder / 'config.json'} cannot be read."),
            t("重新下载这个底座。", "Fetch this base again."),
        ) from error
    return value if isinstance(value, dict) else {}


def _lacking(folder: Path, name: str) -> DataError:
    return DataError(
        t(f"{folder} 里没有 {name}。", f"There is no {name} in {folder}."),
        t(
            "底座是 transformers 格式的文件夹：config.json、tokenizer.json 和 safetensors 权重。",
            "A base is a folder in the form of transformers: config.json, tokenizer.json and safetensors weights.",
        ),
    )


def _foreign_code(folder: Path) -> DataError:
    return DataError(
        t(
            f"{folder.name} 只能用它自带的代码运行，这里不运行外来代码。",
            f"{folder.name} runs only with code of its own, and no foreign code is run here.",
        ),
        t(
            "选择同系列较新的模型；`zishu models list --bases` 写着后继。",
            "Take its successor; `zishu models list --bases` names it.",
        ),
    )


def _not_here(name: str, card: LearnerCard | None) -> DataError:
    if card is None:
        return DataError(
            t(f"没有底座 {name}。", f"There is no base {name}."),
            t(
                "用 `zishu models list --bases` 看有哪些，或给一个模型文件夹的路径。",
                "`zishu models list --bases` shows them; or give the path of a model's folder.",
            ),
        )
    return DataError(
        t(f"{card.name} 还没有下载。", f"{card.name} is not on this computer yet."),
        t(
            f"运行 `zishu models download --base {card.id}`。",
            f"Run `zishu models download --base {card.id}`.",
        ),
    )
