"""A talk out of the ledger, for one whose file was moved or is not written yet. Where the file is, the file is the way."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zishu_app.dataset.talks import Place, Talk, read_record
from zishu_app.ledger.runs import PlannedTalk, Turn, turns_of
from zishu_app.ledger.store import Store


def source_of(store: Store, planned: PlannedTalk) -> Path | Talk:
    """What to distil for a dialogue: its file if that is there, else what the ledger holds of it.

    Raises DataError where there is neither a file nor a whole round. Blocks as long as reading the turns takes.
    """
    path = Path(planned.folder) / planned.file
    # before it is done, a file of that name is somebody else's
    if planned.state == "done" and path.is_file():
        return path
    return talk_of(planned.plan, turns_of(store, planned.id), path)


def talk_of(plan: Mapping[str, Any], turns: Sequence[Turn], source: Path) -> Talk:
    """The talk that the file `source` holds or would hold if the dialogue ended now: whole rounds, as in the file.

    `plan` as the ledger keeps it. Its fingerprint (talks.conversation_of) is that of the file, so what was distilled
    from one is known for the other. Raises DataError where there is no whole round yet.
    """
    spoken = [turn for turn in turns if turn.kind != "summary"]
    if spoken and spoken[-1].kind == "user":
        spoken.pop()
    scenario = {key: value for key, value in plan["scenario"].items() if key not in _NOT_IN_FILES}
    record = {
        "scenario": scenario,
        "conversation": [{"role": turn.kind, "content": turn.content} for turn in spoken],
        "total_rounds": len(spoken) // 2,
        "created_at": plan["created_at"],
    }
    return read_record(record, Place(source, alone=True))


#: what the plan knows of a scenario beyond the five keys that dialogue files carry
_NOT_IN_FILES = {"language", "slug"}
