"""A Train page over lanes that do as they are told, with a base, a frozen version and trainings on disk.

- `lanes`: the two lanes; `lanes.story` is what a training tells.
- `base`: the folder of a base that is read for its shape only.
- `samples`: a file of messages to learn from.
- `page`: the page, shown, on a computer that has the training pack.
- `kept(...)`: a training of former days, with what was measured in it.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import qasync
import shiboken6

from zishu_app.jobs.protocol import Cancelled, Done, Event, Metric, Progress
from zishu_app.jobs.scripted import ScriptedLane
from zishu_app.jobs.specs import CountSpec, Spec, TrainSpec, XraySpec
from zishu_app.training.recipe import derive
from zishu_app.training.runs import TrainingRun, new_run, save
from zishu_app.ui.tabs.training.page import TrainingPage
from zishu_app.ui.workbench import Workbench

Kept = Callable[..., TrainingRun]

COUNTED = {
    "files": [
        {"samples": 30, "tokens": 6000, "learnt": 2400, "longest": 400, "cut_samples": 0, "cut_messages": 0},
        {"samples": 3, "tokens": 600, "learnt": 240, "longest": 300, "cut_samples": 0, "cut_messages": 0},
    ],
    "faults": [],
}
RESULT = {
    "steps": 40, "total_steps": 40, "loss": 1.25, "first_loss": 3.5, "eval_loss": 1.5, "first_eval_loss": 3.6,
    "best_step": 40, "tokens": 24_000, "trained_parameters": 460_800, "seconds": 84.0, "tokens_per_s": 285.0,
    "peak_memory_mb": 1300.0, "reductions": [], "device": "cpu", "precision": "bf16",
}  # fmt: skip


def steps(first: int, last: int, total: int = 40) -> list[Event]:
    """What a worker tells of so many steps."""
    told: list[Event] = []
    for step in range(first, last + 1):
        told.append(
            Metric(
                step,
                {
                    "loss": 3.5 - step / 20,
                    "learning_rate": 5e-4 * (1 - step / total),
                    "gradient_norm": 1.0,
                    "tokens_per_s": 300.0,
                    "memory_mb": 1200.0,
                },
            )
        )
        told.append(Progress(step, total, "round 1.0/3.0"))
        if step % 20 == 0:
            told.append(Metric(step, {"eval_loss": 3.6 - step / 20}))
    return told


@dataclass
class Lanes:
    """What the two lanes do."""

    story: Iterable[Event] = field(default_factory=lambda: [*steps(1, 40), Done(RESULT)])
    counted: dict[str, Any] = field(default_factory=lambda: COUNTED)
    long: ScriptedLane = field(init=False)
    quick: ScriptedLane = field(init=False)

    def __post_init__(self) -> None:
        self.long, self.quick = ScriptedLane(self._tell), ScriptedLane(self._tell)

    def __call__(self, name: str) -> ScriptedLane:
        return self.long if name == "long" else self.quick

    def _tell(self, spec: Spec) -> Iterable[Event]:
        match spec:
            case CountSpec():
                return [Done(self.counted)]
            case XraySpec():
                tokens = [["Who ", "context"], ["I am Zishu.", "learnt"]]
                seen = {"tokens": tokens, "learnt": 1, "context": 1, "cut": 0, "faults": []}
                return [Done({"samples": [seen]})]
            case TrainSpec(dry=True):
                return [Done({"tokens_per_s": 500.0, "peak_memory_mb": 900.0})]
            case _:
                return self.story


@pytest.fixture(autouse=True)
def on_the_one_loop(loop: qasync.QEventLoop) -> Iterator[None]:
    """Buttons are pressed between two turns of the loop: what that starts must know which loop it is."""
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)


@pytest.fixture
def lanes(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Lanes:
    made = Lanes()
    monkeypatch.setattr(bench.house, "lane", made)
    return made


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    shape = {
        "model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 512,
        "num_hidden_layers": 2, "intermediate_size": 128, "max_position_embeddings": 2048, "tie_word_embeddings": True,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    for name in ("model.safetensors", "tokenizer.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples.jsonl"
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Who are you, number {number}?"},
                {"role": "assistant", "content": "I am Zishu, and I turn into a chocolate."},
            ]
        }
        for number in range(40)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def kept(bench: Workbench) -> Kept:
    def make(name: str = "20261127-101500-smollm2", state: str = "done", **more: Any) -> TrainingRun:
        home, job = bench.house.home, f"job-of-{name}"
        folder = home.trainings / name
        created = more.pop("created", "2026-11-27T10:15:00")
        recipe = derive("tiny", {"general": 0.0})
        result = RESULT if state == "done" else {}
        run = TrainingRun(
            name, folder, created, more.pop("dataset", "first"), "abc", "smollm2-135m", "/nowhere", recipe,
            counts={"train": 30, "eval": 3, "general": 4, "replayed": 0, "tokens": 6000, "learnt": 2400, "steps": 40},
            estimate={"memory_mb": 1250.0, "seconds": 90.0}, result=result,
        )  # fmt: skip
        new_run(home.trainings, run)
        at = more.pop("at", 40)
        (home.runs / job).mkdir(parents=True)
        _write_journal(home.runs / job, [*steps(1, at), Done(result) if state == "done" else Cancelled()])
        said = [
            {"step": step, "prompt": prompt, "answer": f"{prompt} {step}"}
            for step in (0, 20, 40)
            for prompt in ("Who are you?", "Tell me a joke.")
        ]
        lines = "".join(f"{json.dumps(one)}\n" for one in said)
        (folder / "said.jsonl").write_text(lines, encoding="utf-8")
        return save(run, state=state, jobs=(job,), **more)

    return make


def _write_journal(folder: Path, events: list[Event]) -> None:
    from zishu_app.jobs.protocol import event_to_dict

    lines = [json.dumps({"at": number, "event": event_to_dict(one)}) for number, one in enumerate(events)]
    (folder / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def page(bench: Workbench, lanes: Lanes, tmp_path: Path, run: Any) -> Iterator[TrainingPage]:
    pack = tmp_path / "pack"
    (pack / "torch").mkdir(parents=True)
    made = TrainingPage(bench, pack)
    made.resize(1000, 760)
    made.show()
    yield made
    made.close()
    shiboken6.delete(made)  # at once, with its timers: what they start would find no loop
    run(bench.tasks.end())
