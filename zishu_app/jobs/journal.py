"""The story of long jobs as it lies on disk: read by whoever comes late, closed when a lane has died.

`runs/<id>/job.json` is a `JobRecord`; each line of `runs/<id>/events.jsonl` is `{"at": seconds, "event": {…}}`,
`at` counted since 1970. The lane writes both (worker/journal).
"""

import dataclasses
import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json
from zishu_app.jobs.protocol import (
    Ending,
    Event,
    JobRecord,
    Lost,
    decode,
    encode,
    event_from_dict,
    event_to_dict,
)


def read_record(folder: Path) -> JobRecord | None:
    """What `job.json` says; None where there is none that can be read."""
    try:
        return JobRecord(**json.loads((folder / "job.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_events(folder: Path, start: int = 0) -> list[Event]:
    """The events from number `start` on. A last line that was cut off by a crash is left out."""
    try:
        lines = (folder / "events.jsonl").read_bytes().split(b"\n")
    except OSError:
        return []
    events = []
    for line in lines:
        try:
            events.append(event_from_dict(decode(line)["event"]))
        except (DataError, KeyError, AttributeError):
            continue
    return events[start:]


def bury(runs: Path, lane: str, alive: Callable[[int], bool], reason: str) -> list[str]:
    """End every open job of `lane` whose process is gone as Lost; give their ids.

    The caller holds the lane's lock, so that two programs do not bury the same job.
    """
    buried = []
    for path in runs.glob("*/job.json"):
        record = read_record(path.parent)
        if record and record.lane == lane and not record.ending and not alive(record.pid):
            _close(path.parent, record, reason)
            buried.append(record.id)
    return buried


def _close(folder: Path, record: JobRecord, reason: str) -> None:
    """Write the missing ending; it may be there already when the lane died between its two writes."""
    told = read_events(folder)
    last = told[-1] if told else None
    if not isinstance(last, Ending):
        last = Lost(reason)
        with (folder / "events.jsonl").open("ab") as file:
            file.write(b"\n" + encode({"at": round(time.time(), 3), "event": event_to_dict(last)}))
    now = datetime.now().isoformat(timespec="seconds")
    ended = dataclasses.replace(record, ended=now, ending=type(last).__name__.lower())
    write_json(folder / "job.json", dataclasses.asdict(ended))
