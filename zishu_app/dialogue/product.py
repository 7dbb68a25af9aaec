"""The file a dialogue becomes: the seeds' keys exactly, and everything of ours under `metadata`."""

import json
from pathlib import Path
from typing import Any

from zishu_app import __version__
from zishu_app.core.messages import as_dicts
from zishu_app.dialogue.plan import Plan
from zishu_app.dialogue.talk import Talk
from zishu_app.ledger.runs import Turn

FORMAT = 1


def file_name(plan: Plan, take: int = 1) -> str:
    """`<scenario>_<YYYYMMDD_HHMMSS>.json`; with `_2`, `_3` ... when that is taken."""
    stamp = plan.created_at.replace("-", "").replace(":", "").replace("T", "_")
    tail = f"_{take}" if take > 1 else ""
    return f"{plan.scenario.name}_{stamp}{tail}.json"


def build(talk: Talk, accounting: dict[str, Any], run_id: str) -> dict[str, Any]:
    """The whole file. Stamps are in `created_at`, accounting in `metadata.accounting`, nowhere else."""
    return {
        "scenario": talk.plan.scenario.as_dict(),
        "conversation": as_dicts(talk.messages),
        "total_rounds": talk.rounds,
        "created_at": talk.plan.created_at,
        "metadata": _metadata(talk) | {"accounting": {"run": run_id, **accounting}},
    }


def as_text(product: dict[str, Any]) -> str:
    """As it stands in the file."""
    return json.dumps(product, ensure_ascii=False, indent=2) + "\n"


def is_of(path: Path, talk: Talk) -> bool:
    """Whether a file is this very dialogue as it stands, written before."""
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(there, dict) or not isinstance(there.get("metadata"), dict):
        return False
    return bool(
        there.get("conversation") == as_dicts(talk.messages)
        and there["metadata"].get("seed") == talk.plan.seed
        and there["metadata"].get("number") == talk.plan.number
    )


def _metadata(talk: Talk) -> dict[str, Any]:
    plan, spoken = talk.plan, talk.spoken
    return {
        "program": f"zishu {__version__}",
        "format": FORMAT,
        "number": plan.number,
        "language": plan.language,
        "seed": plan.seed,
        "planned_rounds": plan.rounds,
        "ended": talk.ended,
        "persona": plan.as_dict()["persona"],
        "noise": _noise(talk),
        "mistakes": [
            {"message": number, **mistake}
            for number, turn in enumerate(spoken)
            for mistake in turn.extra.get("mistakes", [])
        ],
        "shifts": [_steer(number, turn) for number, turn in enumerate(spoken) if turn.extra.get("reason")],
        "goals": [
            {"message": number, "goal": turn.extra["goal"]}
            for number, turn in enumerate(spoken)
            if turn.extra.get("steer") == "goal"
        ],
        "left_out": [
            {"message": number, "before": turn.extra["left_out"], "notes": turn.extra["notes"]}
            for number, turn in enumerate(spoken)
            if turn.extra.get("left_out")
        ],
        "notes": [
            {"step": turn.step, "covers": turn.extra["covers"], "text": turn.content}
            for turn in talk.turns
            if turn.kind == "summary"
        ],
    }


def _noise(talk: Talk) -> dict[str, Any]:
    """`noise_rate` is the share of user messages with at least one mistake."""
    done = talk.mistaken
    return {
        "target": talk.plan.noise_rate,
        "measured": round(sum(done) / len(done), 4) if done else 0.0,
        "user_messages": len(done),
        "with_mistakes": sum(done),
    }


def _steer(number: int, turn: Turn) -> dict[str, Any]:
    extra = turn.extra
    return {
        "message": number,
        "kind": extra["steer"],
        "to": extra.get("goal", ""),
        "reason": extra["reason"],
        "signals": extra["signals"],
        "in_a_row": extra["shift"],
    } | ({"by_hand": True} if extra.get("by_hand") else {})
