"""SillyTavern's character cards (V1, V2, V3), in and out, as plain values; tavern_files reads and writes the files.

What their cards have and ours do not is kept in `Card.extra` and given back. What ours have and theirs do not stands
under `extensions.zishu`, and is believed only while it still fits what stands beside it: who changed the card in
another program meant what is written there.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from zishu_app.character.card import Card, DepthPrompt, Exchange, Lorebook, card_from
from zishu_app.character.foreign_json import Fields, kept_text, kept_value, spoilt
from zishu_app.character.tavern_book import KEPT, book_in, book_out
from zishu_app.core.texts import Language, t

Spec = Literal["2", "3"]

#: where our own values stand in their cards
OURS = "zishu"
#: where they say what stands within the talk
NOTE = "depth_prompt"
#: their names of texts -> ours
TEXTS = {
    "name": "name",
    "description": "description",
    "personality": "personality",
    "scenario": "scenario",
    "system_prompt": "system_prompt",
    "post_history_instructions": "post_history",
    "creator": "creator",
    "creator_notes": "notes",
    "character_version": "version",
}
#: of our card, as it is written under `extensions.zishu`: all that they have no field for
OWN = tuple(
    sorted(
        {*Card.model_fields}
        - {
            *TEXTS.values(),
            "format",
            "style",
            "greetings",
            "examples",
            "example_text",
            "tags",
            "depth_prompt",
            "knowledge",
            "extra",
        }
    )
)
_DATA = (*TEXTS, "first_mes", "alternate_greetings", "mes_example", "tags", "character_book", "extensions")
_TOP = (
    "spec",
    "spec_version",
    "data",
    "name",
    "description",
    "personality",
    "scenario",
    "first_mes",
    "mes_example",
)
#: names only a V1 card has, beside those of V2
_V1 = {"creatorcomment": "creator_notes"}
#: characters of one side of an example; a longer one stays text
_LONGEST = 2_000
_SPEAKER = re.compile(r"^\s*(?:\{\{(user|char)\}\}|<(user|bot)>)\s*[:：][ \t]?(.*)$", re.IGNORECASE)
_CJK = re.compile("[\u3400-\u9fff]")


def card_in(value: object, where: Path) -> Card:
    """Their card as ours. Raises DataError that says what is wrong; `where`: the file it came from."""
    top = Fields(value, where.name)
    is_flat = not isinstance(top.value.get("data"), dict)
    data = Fields(_flat(top.value) if is_flat else top.value["data"], "data")
    if not data.text("name").strip():
        raise spoilt(where.name, t("里面没有角色卡", "there is no character card in it"))
    extensions = data.part("extensions")
    ours = extensions.value.get(OURS)
    own: Mapping[str, Any] = ours if isinstance(ours, dict) else {}
    found: dict[str, Any] = {mine: data.text(theirs) for theirs, mine in TEXTS.items()}
    found["description"], style = _parted(found["description"], own.get("style"))
    greetings = (data.text("first_mes"), *data.texts("alternate_greetings"))
    kept = kept_text(_kept(top, data, extensions, flat=is_flat))
    return card_from(
        {
            **{name: own[name] for name in OWN if name in own},
            **found,
            "language": _language(own, found, greetings),
            "style": style,
            "greetings": [one for one in greetings if one.strip()],
            **_examples(data.text("mes_example"), own),
            "tags": data.texts("tags"),
            "depth_prompt": depth_prompt_in(extensions.value.get(NOTE)),
            "knowledge": book_in(data.value.get("character_book"), "data.character_book"),
            "extra": {KEPT: kept} if kept else {},
        },
        where,
    )


def card_out(card: Card, spec: Spec = "3") -> dict[str, Any]:
    """Our card as theirs."""
    kept = kept_value(card.extra.get(KEPT))
    first, *others = card.greetings or ("",)
    text = examples_text(card.examples) if card.examples else card.example_text
    data = {
        **({"group_only_greetings": []} if spec == "3" else {}),
        **_object(kept.get("data")),
        **{theirs: getattr(card, mine) for theirs, mine in TEXTS.items()},
        "description": "\n\n".join(filter(None, [card.description, card.style])),
        "first_mes": first,
        "alternate_greetings": others,
        "mes_example": text,
        "tags": list(card.tags),
        "extensions": {**_with_note(_object(kept.get("extensions")), card), OURS: _own(card)},
    }
    if card.knowledge != Lorebook():
        data["character_book"] = book_out(card.knowledge)
    return {
        **_object(kept.get("top")),
        "spec": f"chara_card_v{spec}",
        "spec_version": f"{spec}.0",
        "data": data,
    }


def depth_prompt_in(value: object) -> dict[str, Any]:
    """What they say within the talk, as ours; empty where it says nothing, or nothing that can be understood."""
    fields, plain = Fields(value if isinstance(value, dict) else {}, NOTE), DepthPrompt()
    text, role = fields.value.get("prompt"), fields.value.get("role")
    if not isinstance(text, str) or not text.strip():
        return {}
    return {
        "text": fields.text("prompt"),
        "depth": fields.number("depth", plain.depth, 0, 1000),
        "role": role if role in ("system", "user", "assistant") else plain.role,
    }


def _with_note(extensions: dict[str, Any], card: Card) -> dict[str, Any]:
    """Their extensions with what our card says within the talk; as it came where it is the same still."""
    note, came = card.depth_prompt, extensions.get(NOTE)
    if depth_prompt_in(came) == (note.model_dump() if note.text.strip() else {}):
        return extensions
    others = {name: one for name, one in extensions.items() if name != NOTE}
    return {**others, NOTE: {**_object(came), **_note_out(note)}} if note.text.strip() else others


def _note_out(note: DepthPrompt) -> dict[str, Any]:
    return {"prompt": note.text, "depth": note.depth, "role": note.role}


def examples_text(examples: tuple[Exchange, ...]) -> str:
    """Examples as they write them."""
    return "".join(f"<START>\n{{{{user}}}}: {one.user}\n{{{{char}}}}: {one.her}\n" for one in examples)


def examples_in(text: str) -> list[dict[str, str]] | None:
    """Their examples as pairs; None where they are something else than one side and then the other."""
    found: list[dict[str, str]] = []
    for block in re.split("<START>", text, flags=re.IGNORECASE):
        lines = block.strip("\n").split("\n") if block.strip() else []
        said: list[tuple[str, str]] = []
        for line in lines:
            match = _SPEAKER.match(line)
            if match:
                said.append(("user" if (match[1] or match[2]).lower() == "user" else "her", match[3]))
            elif said:
                said[-1] = (said[-1][0], f"{said[-1][1]}\n{line}")
            else:
                return None
        if [who for who, _ in said] != ["user", "her"] * (len(said) // 2):
            return None
        found += [{"user": one[1], "her": other[1]} for one, other in zip(said[::2], said[1::2], strict=True)]
    fits = all(one.strip() and len(one) <= _LONGEST for pair in found for one in pair.values())
    return found if fits else None


def _examples(text: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Pairs where they are pairs; ours where they still say the same."""
    pairs, spare = own.get("examples"), own.get("example_text", "")
    if isinstance(pairs, list) and pairs:
        with_names = [one for one in pairs if isinstance(one, dict)]
        known = tuple(
            Exchange.model_construct(user=str(one.get("user")), her=str(one.get("her"))) for one in with_names
        )
        if len(known) == len(pairs) and examples_text(known) == text:
            return {"examples": pairs, "example_text": spare}
    read = examples_in(text)
    if read:
        return {"examples": read}
    return {"example_text": text}


def _own(card: Card) -> dict[str, Any]:
    """What they have no field for."""
    plain = Card.model_fields
    found = card.model_dump(mode="json", include={*OWN, "style", "examples", "example_text"})
    kept = {name: one for name, one in found.items() if getattr(card, name) != plain[name].default}
    if not card.examples:
        kept.pop("example_text", None)  # it stands in their own field
    return {**kept, "language": card.language}


def _parted(description: str, style: object) -> tuple[str, str]:
    """Who she is, and how she speaks, where we put it behind that ourselves."""
    if isinstance(style, str) and style:
        if description == style:
            return "", style
        if description.endswith(f"\n\n{style}"):
            return description.removesuffix(f"\n\n{style}"), style
    return description, ""


def _kept(top: Fields, data: Fields, extensions: Fields, *, flat: bool) -> dict[str, Any]:
    """Everything we have no field for."""
    parts = {
        "top": {} if flat else {name: one for name, one in top.value.items() if name not in _TOP},
        "data": {
            name: one
            for name, one in data.value.items()
            if name not in _DATA and (name, one) != ("group_only_greetings", [])  # V3 always has it
        },
        "extensions": {
            name: one for name, one in extensions.value.items() if name != OURS and not _is_ours(name, one)
        },
    }
    return {name: part for name, part in parts.items() if part}


def _is_ours(name: str, value: object) -> bool:
    """Whether an extension says no more than our own field does."""
    found = depth_prompt_in(value) if name == NOTE else {}
    return bool(found) and value == _note_out(DepthPrompt(**found))


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    """A V1 card under V2's names."""
    return {
        _V1.get(name, name): one
        for name, one in value.items()
        if name not in ("spec", "spec_version", "data")
    }


def _language(own: Mapping[str, Any], found: Mapping[str, Any], greetings: tuple[str, ...]) -> Language:
    said = own.get("language")
    if said in ("zh", "en"):
        return "zh" if said == "zh" else "en"
    text = "".join([*map(str, found.values()), *greetings])
    letters = sum(one.isalpha() for one in text)
    return "zh" if len(_CJK.findall(text)) * 4 > letters else "en"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
