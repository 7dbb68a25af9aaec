"""What a lane remembers of a job: long ones on disk, quick ones in memory for as long as they are open."""

import logging
import time
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from zishu_app.core.files import write_json
from zishu_app.jobs.protocol import Ending, Event, JobRecord, decode, encode, event_to_dict

log = logging.getLogger("zishu.worker")


class Record(Protocol):
    """One job's story."""

    def add(self, event: Event) -> None:
        """The next event."""

    def replay(self, start: int) -> list[dict[str, Any]]:
        """The events from number `start` on, as dicts."""


class Memory:
    """The story of a quick job. Once it has ended only the ending is kept: what was said is nobody's business."""

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []

    def add(self, event: Event) -> None:
        """See `Record`."""
        if isinstance(event, Ending):
            self._events.clear()
        self._events.append(event_to_dict(event))

    def replay(self, start: int) -> list[dict[str, Any]]:
        """See `Record`."""
        return self._events[start:]


class Journal:
    """The story of a long job in `runs/<id>/`; the form is described in jobs/journal."""

    def __init__(self, folder: Path, record: JobRecord) -> None:
        self._folder = folder
        self._record = record
        self._write()

    def add(self, event: Event) -> None:
        """See `Record`. A full disk must not end ten hours of work, so it is logged and the job goes on."""
        try:
            with (self._folder / "events.jsonl").open("ab") as file:
                file.write(encode({"at": round(time.time(), 3), "event": event_to_dict(event)}))
            if isinstance(event, Ending):
                self._record = replace(self._record, ended=_now(), ending=type(event).__name__.lower())
                self._write()
        except OSError:
            log.exception("the journal of %s cannot be written", self._record.id)

    def replay(self, start: int) -> list[dict[str, Any]]:
        """See `Record`."""
        lines = (self._folder / "events.jsonl").read_bytes().split(b"\n")[start:-1]
        return [decode(line)["event"] for line in lines]

    def _write(self) -> None:
        write_json(self._folder / "job.json", asdict(self._record))


def new_record(job_id: str, lane: str, pid: int, spec: dict[str, Any]) -> JobRecord:
    """The record of a job that was submitted now."""
    return JobRecord(id=job_id, kind=spec["kind"], lane=lane, pid=pid, submitted=_now(), spec=spec)


def _now() -> str:
    return datetime.now().isoformat(timespec="seconds")
