"""Our own work as samples: a finished dialogue is one, and so is every distilled chunk and every final summary.

What stands in `Draft.provenance`, beside what the file itself says:

- both: `conversation` (fingerprint of the talk; what rests on the same talk stays together in a split), `run`, `calls`
  (one entry an answered call: call, run, purpose, model, params, seed, prompt_tokens, completion_tokens, tokens, money,
  currency, seconds);
- a dialogue: `number`, `file`, `seed`, `persona`, `planned_rounds`, `ended`, `noise`, `mistakes`, `shifts`, `goals`,
  `accounting`; its `message` numbers are places in the sample's own messages, the system message counted;
- distilled: `item`, `chunk` (a number, or "final"), `chunks`, `messages`, `statements`, `source`, `model`, `way`,
  `in_form`; its numbers are places in the messages of the source.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from zishu_app.core.messages import Message
from zishu_app.core.prompts import prompt
from zishu_app.core.texts import Language
from zishu_app.dataset.distillate import Distillate, Part
from zishu_app.dataset.sample import Draft, SampleMessage, Source, as_messages, fingerprint, message
from zishu_app.dataset.talks import Talk, conversation_of
from zishu_app.ledger.answers import AnsweredCall

#: between what is background and what is to be distilled
LINE = "---"

#: the number of the message a call became, or None
Calls = Iterable[tuple[int | None, AnsweredCall]]

#: what a dialogue's file says of its making
_SAID = ("number", "seed", "persona", "planned_rounds", "ended", "noise", "accounting")
#: lists with an entry a message
_MARKS = ("mistakes", "shifts", "goals")


def dialogue_draft(talk: Talk, calls: Calls = (), tags: Sequence[str] = ()) -> Draft:
    """The sample a dialogue is. What the ledger does not know of it any more, `calls` does not tell.

    Its system message is the role of the scenario, which is what made the assistant answer as it did; the rest it was
    told (how to take typing mistakes, how long to answer) is what she is to learn without being told.
    """
    conversation, about, role = conversation_of(talk.messages), talk.metadata, _role(talk)
    ahead = len(role)
    provenance = {
        "conversation": conversation,
        "run": run_of(talk),
        "file": talk.source.name,
        **{key: about[key] for key in _SAID if key in about},
        **{key: _moved(about.get(key), ahead) for key in _MARKS},
        "calls": [told_of_call(call, None if at is None else at + ahead) for at, call in calls],
    }
    return Draft(
        key=fingerprint("dialogue", conversation),
        kind="dialogue",
        language=talk.language,
        title=talk.name,
        messages=(*role, *_tagged(talk)),
        scenario=scenario_of(talk),
        tags=tuple(tags),
        provenance=provenance,
    )


def distilled_drafts(
    made: Distillate,
    calls: Mapping[str, AnsweredCall] | None = None,
    source: Talk | None = None,
    tags: Sequence[str] = (),
) -> list[Draft]:
    """The samples a distillate is: one a chunk, and one for the final summary.

    `calls`: by what became of them, see ledger/answers. `source`: the talk itself, where more is known of it than the
    distillate tells.
    """
    calls = calls or {}
    rests_on = _source(made, source)
    drafts = []
    for part in made.parts:
        mine = [call for key, call in calls.items() if key.startswith(f"chunk {part.index}/")]
        drafts.append(_distilled(made, part, _chunk_request(made, part), mine))
    merged = [call for key, call in calls.items() if not key.startswith("chunk ")]
    merged.sort(key=lambda call: call.purpose == "final")  # what was merged in levels came before
    drafts.append(_distilled(made, made.final, _final_request(made), merged))
    return [replace(draft, source=rests_on, tags=tuple(tags)) for draft in drafts if _answer_of(draft)]


def scenario_of(talk: Talk) -> str:
    """The scenario's name; empty for a talk that has none."""
    return str((talk.scenario or {}).get("name", ""))


def run_of(talk: Talk) -> str:
    """The run a dialogue was made in, as its file says; empty for one that is not ours."""
    accounting = talk.metadata.get("accounting")
    return str(accounting.get("run", "")) if isinstance(accounting, Mapping) else ""


def _role(talk: Talk) -> tuple[SampleMessage, ...]:
    """The scenario's role as a system message, unless the talk brings one of its own."""
    role = str((talk.scenario or {}).get("ai_role") or "").strip()
    return (message("system", role),) if role and talk.messages[0].role != "system" else ()


def _tagged(talk: Talk) -> tuple[SampleMessage, ...]:
    """The messages; mistakes made by rule and shifts of topic are marked on them, so that they go with them when
    the sample is split.
    """
    tags: dict[int, list[str]] = {}
    for key, tag in (("mistakes", "mistake"), ("shifts", "shift")):
        for mark in _list(talk.metadata.get(key)):
            mine = tags.setdefault(mark.get("message", -1), [])
            mine += [tag] if tag not in mine else []
    return tuple(
        message(one.role, one.content, tags=tags.get(number, ())) for number, one in enumerate(talk.messages)
    )


def _moved(marks: object, ahead: int) -> list[dict[str, Any]]:
    """Entries with the number of a message, where `ahead` messages were put before it."""
    return [{**mark, "message": mark["message"] + ahead} for mark in _list(marks) if "message" in mark]


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def told_of_call(call: AnsweredCall, at: int | None) -> dict[str, Any]:
    """A call as provenance tells it; `message`: what it became, None for notes."""
    fields = asdict(call)
    return {"message": at, "call": fields.pop("id"), "run": fields.pop("run"), **fields}


def _source(made: Distillate, talk: Talk | None) -> Source:
    """The talk the samples rest on, with the marks of mistakes and shifts where they are known."""
    about = talk.metadata if talk else {}
    provenance = {
        "conversation": made.conversation,
        "file": talk.source.name if talk else made.about.get("source", ""),
        "run": run_of(talk) if talk else "",
        **{key: about[key] for key in _SAID if key in about},
        **{key: _moved(about.get(key), 0) for key in _MARKS},
    }
    return Source(made.conversation, made.name, as_messages(made.messages), provenance)


def _distilled(made: Distillate, part: Part, asked: str, calls: Sequence[AnsweredCall]) -> Draft:
    messages = (message("user", asked), message("assistant", part.content))
    about = {
        key: made.about[key] for key in ("item", "model", "way", "source", "number") if key in made.about
    }
    provenance = {
        "conversation": made.conversation,
        "run": calls[-1].run if calls else "",
        **about,
        "chunk": part.index,
        "chunks": len(made.parts),
        "messages": list(part.numbers),
        "overlap": part.overlap,
        "statements": list(part.statements),
        "in_form": part.in_form,
        "calls": [told_of_call(call, None) for call in calls],
    }
    return Draft(
        # not by what is asked: another version of the program may ask in other words
        key=fingerprint("distilled", made.conversation, part.index, *part.numbers, part.content),
        kind="distilled",
        language=made.language,
        title=_title(made, part),
        messages=messages,
        scenario=made.scenario,
        provenance=provenance,
    )


def _answer_of(draft: Draft) -> str:
    return draft.messages[-1].content.strip()


def _title(made: Distillate, part: Part) -> str:
    if part.index == "final":
        return prompt(made.language, "dataset.final_title", talk=made.name)
    number = made.parts.index(part) + 1
    return prompt(made.language, "dataset.part_title", talk=made.name, number=number, chunks=len(made.parts))


def _chunk_request(made: Distillate, part: Part) -> str:
    """What she is asked: the messages without their numbers, for the answer cites none; those of the overlap above
    a line.
    """
    lines = [_line(made.language, piece) for piece in part.pieces]
    background = ""
    if part.overlap:
        background = prompt(made.language, "dataset.background")
        lines.insert(part.overlap, LINE)
    return prompt(made.language, "dataset.distil", background=background, transcript="\n".join(lines))


def _final_request(made: Distillate) -> str:
    """What she is asked: the parts as she would have written them, not as the model was shown them (with numbers,
    and in levels where they were too long for it).
    """
    parts = "\n\n".join(f"# {number}\n{part.content}" for number, part in enumerate(made.parts, 1))
    return prompt(made.language, "dataset.distil_final", parts=parts)


def _line(language: Language, piece: Message) -> str:
    who = {
        "user": prompt(language, "dialogue.user_label"),
        "assistant": prompt(language, "dialogue.assistant_label"),
    }.get(piece.role, piece.role)
    return prompt(language, "dataset.line", who=who, said=piece.content)
