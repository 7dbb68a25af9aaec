"""Trainings as they lie on disk: one folder each, with what was asked for and what became of it.

run.json         what was asked for, its jobs, how it stands, what it came to
recipe.toml      how it is done
material/        what is learnt, see training/material
checkpoints/, adapter/, said.jsonl      by the worker, see worker/training
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from zishu_app.core.aside import Aside, all_aside, is_free
from zishu_app.core.errors import DataError
from zishu_app.core.files import write_json, write_text
from zishu_app.core.texts import t
from zishu_app.jobs import journal
from zishu_app.jobs.protocol import Metric
from zishu_app.training.recipe import Recipe, as_toml, from_file

log = logging.getLogger("zishu.training")

#: "ready": never begun. "paused": can go on. "lost": its process is gone; can go on as well
State = Literal["ready", "running", "paused", "lost", "failed", "done"]
FILE, RECIPE, MATERIAL, CHECKPOINTS, ADAPTER = "run.json", "recipe.toml", "material", "checkpoints", "adapter"
MODEL = "model"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One training."""

    id: str
    folder: Path
    #: local time, ISO
    created: str
    #: version or file, and the sha256 of its content
    dataset: str
    content: str
    #: as it is called, and where it lies
    base: str
    base_folder: str
    recipe: Recipe
    state: State = "ready"
    #: of the long lane, the first one first
    jobs: tuple[str, ...] = ()
    #: folder of the adapter it began with; "": a new one
    adapter_from: str = ""
    #: counts of rows: train, eval, general, replayed; tokens and learnt where they are known
    counts: Mapping[str, int] = field(default_factory=dict)
    #: what was worked out before the start, see training/estimate
    estimate: Mapping[str, Any] = field(default_factory=dict)
    #: what it came to, see worker/training/loop
    result: Mapping[str, Any] = field(default_factory=dict)
    #: why it ended; "": it did not, or well
    why: str = ""
    note: str = ""

    @property
    def whole(self) -> bool:
        """Whether the model itself learns, and no adapter over it."""
        return self.recipe.method == "full"

    @property
    def adapter(self) -> Path:
        """What was learnt: an adapter, or the whole model."""
        return self.folder / (MODEL if self.whole else ADAPTER)

    @property
    def can_go_on(self) -> bool:
        """Whether it can be taken up again."""
        return self.state in ("ready", "paused", "lost", "failed")


def new_run(trainings: Path, run: TrainingRun) -> TrainingRun:
    """Its folder, with what it is about. Raises DataError where the disk does not take it."""
    try:
        run.folder.mkdir(parents=True)
        write_text(run.folder / RECIPE, as_toml(run.recipe))
        return save(run)
    except OSError as error:
        raise DataError(
            t(
                f"训练写不进 {trainings}：{error.strerror}。",
                f"The training cannot be written to {trainings}: {error.strerror}.",
            ),
            t("检查磁盘空间和权限。", "Check the disk's free space and its permissions."),
        ) from error


def save(run: TrainingRun, **changes: Any) -> TrainingRun:
    """Write down how it stands, with `changes`."""
    run = replace(run, **changes)
    value = asdict(run)
    for name in ("id", "folder", "recipe"):
        del value[name]
    write_json(run.folder / FILE, value)
    return run


def open_run(trainings: Path, name: str) -> TrainingRun:
    """By its id, or the beginning of it; "last": the newest. Raises DataError."""
    there = list_runs(trainings)
    meant = (
        there[:1]
        if name == "last"
        else [one for one in there if one.id == name] or [one for one in there if one.id.startswith(name)]
    )
    if len(meant) == 1:
        return meant[0]
    shown = "\n".join(f"  {one.id}  {one.dataset}" for one in there[:8])
    if meant:
        raise DataError(t(f"“{name}”可以是好几次训练。", f'"{name}" may be several trainings.'), shown)
    raise DataError(
        t(f"没有训练“{name}”。", f'There is no training "{name}".'),
        t(f"有这些：\n{shown}", f"There are:\n{shown}")
        if there
        else t("还没有训练过。", "Nothing was trained yet."),
    )


def list_runs(trainings: Path) -> list[TrainingRun]:
    """All of them, the newest first; what cannot be read is left out, and said so in the log."""
    found = []
    for folder in sorted(trainings.iterdir(), reverse=True) if trainings.is_dir() else ():
        if not folder.name.startswith(".") and (folder / FILE).is_file():
            try:
                found.append(_read(folder))
            except (OSError, ValueError, TypeError, KeyError, DataError) as error:
                if folder.is_dir():  # else it was taken away while it was read
                    log.warning("the training %s cannot be read: %s", folder.name, error)
    return found


def list_removed(trainings: Path) -> list[tuple[Aside, TrainingRun]]:
    """Those that can be brought back, what was removed last first; what cannot be read is left out."""
    found = []
    for aside in reversed(all_aside(trainings)):
        try:
            found.append((aside, replace(_read(aside.folder), id=aside.name)))
        except (OSError, ValueError, TypeError, KeyError, DataError) as error:
            log.info("the removed training %s cannot be read: %s", aside.name, error)
    return found


def curve_of(run: TrainingRun, jobs: Path) -> list[Metric]:
    """Everything that was measured, in the order of the steps; a step that was done twice counts as done last."""
    by_step: dict[int, dict[str, float]] = {}
    for job in run.jobs:
        for event in journal.read_events(jobs / job):
            if isinstance(event, Metric):
                by_step.setdefault(event.step, {}).update(event.values)
    return [Metric(step, by_step[step]) for step in sorted(by_step)]


def said_of(run: TrainingRun) -> list[dict[str, Any]]:
    """What she said at each checkpoint: `step`, `prompt`, `answer`."""
    try:
        lines = (run.folder / "said.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:  # the last line of a run that was killed
            log.info("a line of said.jsonl is not whole")
    return found


def _read(folder: Path) -> TrainingRun:
    value = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if value["state"] not in get_args(State):
        raise ValueError(f"state {value['state']!r}")
    value["jobs"] = tuple(value["jobs"])
    return TrainingRun(id=folder.name, folder=folder, recipe=from_file(folder / RECIPE), **value)


def name_for(trainings: Path, created: str, base: str) -> str:
    """Of a new run's folder: in the order of time when listed, to be typed, and not there yet."""
    stamp = re.sub(r"[^0-9]", "", created)[:14]
    model = re.sub(r"[^a-z0-9]+", "-", Path(base).name.lower()).strip("-")[:40] or "base"
    found, number = f"{stamp[:8]}-{stamp[8:]}-{model}", 2
    while not is_free(trainings, found):
        found, number = f"{stamp[:8]}-{stamp[8:]}-{model}-{number}", number + 1
    return found
