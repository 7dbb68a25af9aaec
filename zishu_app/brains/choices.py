"""The brains she could have: all of them with the reason why one cannot be used now, and the one that is taken by itself.

Everything here reads the disk and the keyring, and may knock at a port of this computer: for a thread.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from zishu_app.brains.cards import BUILTIN, BUILTIN_ID, Card, find_card
from zishu_app.brains.find import find_model, installed, known_cards
from zishu_app.brains.learnt import PREFIX, Learnt, chosen_of, lack_of, list_learnt, open_learnt
from zishu_app.brains.look import look_at
from zishu_app.core.errors import BrainMissing, DataError, SettingsError
from zishu_app.core.keys import Keys
from zishu_app.core.paths import SHARED_MODELS, TRAINING_PACK, Home
from zishu_app.core.texts import Language, t
from zishu_app.llm.addresses import is_loopback
from zishu_app.llm.catalog import Catalog, Chosen
from zishu_app.llm.names import endpoint_name, model_name

#: seconds within which a server on this computer takes a call
KNOCK_S = 0.3
#: the small models that are offered where none is here, by language
TO_FETCH: dict[Language, str] = {"zh": "qwen3-0.6b", "en": BUILTIN}


@dataclass(frozen=True, slots=True)
class Choice:
    """One brain as a menu shows it."""

    #: what is asked for
    spec: str
    #: what people read
    name: str
    kind: Literal["endpoint", "file", "builtin", "learnt"]
    #: languages it can hold a talk in; empty: not known
    languages: tuple[str, ...] = ()
    #: why it cannot be used now; empty: it can
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """What can be done so that she has a brain; "english": she speaks that, with the brain that is here."""

    kind: Literal["key", "download", "endpoint", "english"]
    title: str
    #: the same on the command line
    command: str
    #: the endpoint, or the model to fetch
    name: str


@dataclass(frozen=True)
class Places:
    """Where brains are looked for."""

    catalog: Catalog
    keys: Keys
    home: Home
    shared: Path = SHARED_MODELS


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which brain is asked for. Addresses belong to the teacher alone."""

    language: Language
    #: empty: by itself
    spec: str
    teacher: str
    teacher_url: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The brain that speaks."""

    spec: str
    base_url: str = ""


def take(places: Places, wanted: Wanted) -> Taken:
    """The brain she speaks with: the one asked for; by itself the teacher, a local file, the built-in one, in this
    order, whichever can be used and speaks her language. Raises BrainMissing.
    """
    if wanted.spec:
        why_not = _why_not(places, Taken(wanted.spec), None)
        if why_not:
            raise missing(places, wanted, why_not)
        return Taken(wanted.spec)
    teacher = Taken(wanted.teacher, wanted.teacher_url)
    first = why_not = _why_not(places, teacher, wanted.language)
    if not why_not:
        return teacher
    for choice in _local(places, wanted.language):
        if not choice.why_not:
            return Taken(choice.spec)
    raise missing(places, wanted, first)


def resolve(places: Places, name: str) -> str:
    """What is meant by a name a person writes: also a model's card, or a file in the models folder.

    Raises SettingsError for what is not known, DataError for a file that is no model that talks.
    """
    if name in ("", BUILTIN):
        return name
    learnt = list_learnt(places.home.brains)
    if name.startswith(PREFIX) or any(name in (one.id, one.name) for one in learnt):
        return open_learnt(places.home.brains, name).spec
    card = find_card(known_cards(places.home), name)
    if card is not None and card.id == BUILTIN_ID:
        return BUILTIN
    path = find_model(places.home, name, places.shared)
    if path is not None:
        look_at(path)
        return str(path)
    if card is not None:
        raise DataError(
            t(f"{card.name} 还没有下载。", f"{card.name} is not on this computer yet."),
            t(f"运行 `zishu models download {card.id}`。", f"Run `zishu models download {card.id}`."),
        )
    return places.catalog.find(name).name


def choices(places: Places, language: Language) -> list[Choice]:
    """Everything she could speak with: what can be used first, each kind in its order."""
    found = [*_learnt(places, language), *_endpoints(places), *_local(places, language)]
    return sorted(found, key=lambda one: bool(one.why_not))


def ways(places: Places, wanted: Wanted) -> list[Way]:
    """What can be done where there is no brain."""
    endpoint = _endpoint_of(places, wanted.teacher)
    others = {"deepseek": "DeepSeek", "dashscope": t("通义千问", "Qwen"), "openai": "OpenAI"}
    some = [endpoint_name(endpoint), *(name for one, name in others.items() if one != endpoint)][:3]
    key = t(f"粘贴一个密钥（{'、'.join(some)} 等）", f"Paste an API key ({', '.join(some)} ...)")
    server = t(
        "接上本机的 Ollama、LM Studio 或别的接口", "Use Ollama, LM Studio or another server on this computer"
    )
    found = [
        Way("key", key, f"zishu keys set {endpoint}", endpoint),
        _download(places, wanted.language),
        Way("endpoint", server, "zishu brains use ollama", "ollama"),
    ]
    if wanted.language != "en" and not _why_not(places, Taken(BUILTIN), "en"):
        english = t(
            "先用英文聊，内置的小模型只会英文", "Talk in English for now: the built-in model speaks that only"
        )
        found.append(Way("english", english, "zishu chat --lang en", BUILTIN))
    return found


def _download(places: Places, language: Language) -> Way:
    card = find_card(known_cards(places.home), TO_FETCH[language])
    size = f"{(card.size or 0) / 1e6:,.0f} MB" if card else ""
    title = {
        "zh": t(
            f"下载一个会中文的小模型（{size}，可续传）",
            f"Download a small model for Chinese ({size}, resumed)",
        ),
        "en": t(
            f"下载内置的小模型（{size}，可续传）", f"Download the small built-in model ({size}, resumed)"
        ),
    }[language]
    return Way("download", title, f"zishu models download {TO_FETCH[language]}", TO_FETCH[language])


def missing(places: Places, wanted: Wanted, why_not: str) -> BrainMissing:
    """Why she cannot answer, in her own words, and what can be done."""
    lines = "\n".join(f"  · {one.title}: {one.command}" for one in ways(places, wanted))
    return BrainMissing(
        t(
            f"我很想回答你，可我现在没有能用的大脑：{why_not}。",
            f"I would love to answer, but I have no brain I can use just now: {why_not}.",
        ),
        t(f"可以这样帮我：\n{lines}", f"You can help me in one of these ways:\n{lines}"),
    )


def _why_not(places: Places, taken: Taken, language: Language | None) -> str:
    """Why a brain cannot be used now; `language`: it must not be known to speak others only."""
    try:
        if taken.spec.startswith(PREFIX):
            return _learnt_not(places, open_learnt(places.home.brains, taken.spec), language)
        chosen = places.catalog.find(taken.spec, taken.base_url or None)
        if chosen.kind == "local":
            return _file_not(places, chosen, language)
    except (SettingsError, DataError) as error:
        return error.message.rstrip("。.")
    if chosen.needs_key and places.keys.find(chosen.endpoint, chosen.key_env) is None:
        name = endpoint_name(chosen.endpoint)
        return t(f"{name} 还没有密钥", f"there is no key for {name} yet")
    return _language_not(chosen.languages, language) or _silent(chosen.base_url)


def _file_not(places: Places, chosen: Chosen, language: Language | None) -> str:
    """Raises DataError for a file that is broken, or no model that talks."""
    here = (find_model(places.home, name, places.shared) for name in (chosen.model, chosen.endpoint))
    path = chosen.local_path or next(filter(None, here), None)
    if path is None:
        return t(f"{chosen.model} 还没有下载", f"{chosen.model} is not on this computer yet")
    return _language_not(chosen.languages, language) or _language_not(look_at(path).languages, language)


def _language_not(languages: tuple[str, ...], language: Language | None) -> str:
    if not languages or language is None or any(one.startswith(language) for one in languages):
        return ""
    words = {"zh": t("中文", "Chinese"), "en": t("英文", "English")}
    known = t("、", ", ").join(words.get(one, one) for one in languages)
    return t(f"它只会{known}", f"it speaks {known} only")


def _silent(base_url: str) -> str:
    """A server on this computer that is not started would be asked again and again in vain."""
    if not is_loopback(base_url):
        return ""
    parts = urlsplit(base_url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), KNOCK_S).close()
    except OSError:
        return t(f"{parts.netloc} 没有程序在回应", f"nothing answers at {parts.netloc}")
    return ""


def _learnt(places: Places, language: Language) -> Iterator[Choice]:
    """What she has learnt, the newest first."""
    for one in list_learnt(places.home.brains):
        why_not = _why_not(places, Taken(one.spec), language)
        yield Choice(one.spec, one.name, "learnt", one.languages, why_not)


def _learnt_not(places: Places, brain: Learnt, language: Language | None) -> str:
    """Raises SettingsError where its base is not known any more."""
    if lack := lack_of(brain):
        return lack
    if brain.through_torch and not (TRAINING_PACK / "torch").is_dir():
        return t(
            "它要通过 PyTorch 说话，训练组件还没有装",
            "it speaks through PyTorch, and the training pack is not installed",
        )
    return _language_not(chosen_of(places.catalog, brain).languages, language)


def _endpoints(places: Places) -> Iterator[Choice]:
    for name, record in places.catalog.endpoints.items():
        if record.kind == "openai" and record.default_model:
            why_not = _why_not(places, Taken(name), None)
            yield Choice(name, model_name(f"{name}/{record.default_model}"), "endpoint", why_not=why_not)


def _local(places: Places, language: Language) -> Iterator[Choice]:
    """Files by their size, those without a card last, and the built-in one at the end."""
    found = installed(places.home, known_cards(places.home), places.shared)
    own = [one for one in found if not (one.card and one.card.id == BUILTIN_ID)]
    for one in sorted(own, key=lambda one: (one.card is None, -one.size)):
        languages = one.card.languages if one.card else ()
        try:
            file = look_at(one.path)
            tongues = languages or file.languages
            why_not = (
                _language_not(tongues, language)
                or ("" if file.has_chat_template else _untaught())
                or _too_big(file.fits)
            )
            yield Choice(str(one.path), one.name, "file", tongues, why_not)
        except DataError as error:
            yield Choice(str(one.path), one.name, "file", languages, error.message.rstrip("。."))
    card = find_card(known_cards(places.home), BUILTIN)
    yield Choice(
        BUILTIN,
        _name_of(card),
        "builtin",
        card.languages if card else (),
        _why_not(places, Taken(BUILTIN), language),
    )


def _name_of(card: Card | None) -> str:
    return card.name if card else BUILTIN


def _untaught() -> str:
    return t("它没有学过对话", "it was never taught to hold a talk")


def _too_big(fits: bool) -> str:  # noqa: FBT001
    return "" if fits else t("内存不够", "there is not enough memory")


def _endpoint_of(places: Places, teacher: str) -> str:
    name = teacher.partition("/")[0]
    record = places.catalog.endpoints.get(name)
    return name if record is not None and record.needs_key else "deepseek"
