"""How fast a LoRA is trained here, beside TRL's SFTTrainer at its best: tokens a second, and what was learnt by them.

    python tests/bench/bench_train.py --base FOLDER [--trl FOLDER] [--steps 8] [--rounds 2] [--threads 1]

`--base`: a base as safetensors (SmolLM2, converted). `--trl`: where `pip install --target FOLDER --no-deps trl` has put
TRL; without it only ours is measured. Both train the same talks from the same base in the same way: LoRA of rank 16 on
all linear layers with dropout 0.05, bf16, AdamW at 5e-4, packed rows of 512 tokens, two a step, loss on what the
assistant says. TRL has packing, assistant_only_loss, no activation checkpointing and no logging of its own.

Each way runs in a process of its own; they take turns, and the best round of each counts, for other work on the machine
only ever takes away. The first step of a round is left out. `tokens_per_s` is by the clock; `tokens_per_cpu_s` by the
time that the processor spent on it, which bears other work beside it. At the end the adapters of both are held against
the same talks that neither has seen, by our evaluation. One JSON line.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from zishu_app.jobs.protocol import Event, Metric  # noqa: E402 - the path comes first
from zishu_app.jobs.specs import TrainSpec  # noqa: E402
from zishu_app.worker import pack  # noqa: E402
from zishu_app.worker.context import Context  # noqa: E402

LONGEST, BATCH, RANK, RATE = 512, 2, 16, 5e-4
RECIPE: dict[str, Any] = {
    "size": "tiny", "method": "lora", "precision": "bf16", "double_quant": True, "rank": RANK, "alpha": 32.0,
    "dropout": 0.05, "targets": ["all-linear"], "rslora": False, "dora": False, "optimizer": "adamw",
    "learning_rate": RATE, "weight_decay": 0.0, "schedule": "constant", "warmup": 0.0, "clip": 1.0, "epochs": 99.0,
    "max_steps": 0, "batch": BATCH, "accumulation": 1, "longest": LONGEST, "packing": True, "seed": 7,
    "attention": "sdpa", "checkpointing": "none", "evaluate_every": 0, "save_every": 0, "patience": 0, "keep": 1,
}  # fmt: skip
PERSONA = "You are Yumo, a quiet girl who lives on a desktop. You like rain, old books and short sentences."
ASKED = [
    "What is your name?",
    "Do you like the rain, or do you rather stay where the sun is?",
    "Tell me something about the book you are reading at the moment.",
    "I had a long day at work and nothing went right. Say something kind.",
    "Can you remind me what we talked about yesterday, before I went to sleep?",
]
ANSWERED = [
    "I am Yumo. I live here, between your windows, and I watch the rain on the other side of the screen.",
    "Rain, always. It makes the room smaller and the books louder.",
    "It is an old one about a lighthouse keeper who writes letters to nobody. I like him very much.",
    "Then sit down for a while. You do not have to be anything now. I have kept the evening quiet for you.",
    "You told me about the garden, and that you want to plant beans. I said that beans are patient. So are you.",
]


def rows(number: int, seed: int) -> list[dict[str, Any]]:
    """Talks of one to three turns."""
    dice = random.Random(seed)
    found = []
    for _ in range(number):
        talk = [{"role": "system", "content": PERSONA}]
        for _ in range(dice.randint(1, 3)):
            talk.append({"role": "user", "content": " ".join(dice.sample(ASKED, dice.randint(1, 2)))})
            talk.append({"role": "assistant", "content": " ".join(dice.sample(ANSWERED, dice.randint(1, 2)))})
        found.append({"messages": talk})
    return found


class Clock:
    """When each step ended, by the clock and by the processor."""

    def __init__(self) -> None:
        self._marks: list[tuple[float, float]] = []

    def mark(self) -> None:
        self._marks.append((time.perf_counter(), time.process_time()))

    def between(self) -> tuple[float, float]:
        """From the end of the first step to that of the last."""
        (wall, cpu), (wall_end, cpu_end) = self._marks[0], self._marks[-1]
        return wall_end - wall, cpu_end - cpu


def ours(given: argparse.Namespace, room: Path) -> dict[str, Any]:
    """As the worker does it."""
    from zishu_app.worker.training import loop

    clock = Clock()

    def hear(event: Event) -> None:
        if isinstance(event, Metric) and "loss" in event.values:
            clock.mark()

    recipe = {**RECIPE, "max_steps": given.steps, "threads": given.threads}
    spec = TrainSpec(str(room), recipe, given.base, str(room / "train.jsonl"))
    result = loop.run(spec, Context(hear))
    wall, cpu = clock.between()
    a_step = result["tokens"] / result["steps"]
    return {
        "tokens": a_step * (given.steps - 1),
        "seconds": wall,
        "cpu": cpu,
        "loss": result["loss"],
        "learnt": result["learnt_tokens"] / result["tokens"],
        "peak_memory_mb": result["peak_memory_mb"],
        "adapter": result["adapter"],
    }


def theirs(given: argparse.Namespace, room: Path) -> dict[str, Any]:
    """As TRL's documentation says it is done fast."""
    sys.path.insert(0, given.trl)
    pack.use()
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    torch.set_num_threads(given.threads)
    tokenizer = AutoTokenizer.from_pretrained(given.base)
    tokenizer.chat_template = marked(tokenizer.chat_template)
    talks = [json.loads(line) for line in (room / "train.jsonl").read_text().splitlines()]
    config = SFTConfig(
        output_dir=str(room / "trl"), use_cpu=True, bf16=True, report_to=[], packing=True, max_length=LONGEST,
        assistant_only_loss=True, per_device_train_batch_size=BATCH, max_steps=given.steps, learning_rate=RATE,
        lr_scheduler_type="constant", gradient_checkpointing=False, logging_strategy="no", save_strategy="no",
        weight_decay=0.0, max_grad_norm=1.0, optim="adamw_torch", seed=7, disable_tqdm=True,
        model_init_kwargs={"dtype": torch.bfloat16},
    )  # fmt: skip
    lora = LoraConfig(
        r=RANK, lora_alpha=32, lora_dropout=0.05, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    clock = Clock()
    seen: list[int] = []

    class Watching(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.mark()

    trainer = SFTTrainer(
        model=given.base, args=config, train_dataset=Dataset.from_list(talks), processing_class=tokenizer,
        peft_config=lora, callbacks=[Watching()],
    )  # fmt: skip
    original = trainer.training_step

    def counted(model: Any, inputs: Any, *more: Any) -> Any:
        mask = inputs.get("attention_mask")
        seen.append(int(mask.sum()) if mask is not None else inputs["input_ids"].numel())
        return original(model, inputs, *more)

    trainer.training_step = counted
    result = trainer.train()
    trainer.save_model(str(room / "trl"))
    wall, cpu = clock.between()
    worst = __import__("resource").getrusage(0).ru_maxrss / 1024
    return {
        "tokens": sum(seen[1:]),
        "seconds": wall,
        "cpu": cpu,
        "loss": result.training_loss,
        "peak_memory_mb": worst,
        "adapter": str(room / "trl"),
    }


def marked(template: str) -> str:
    """SmolLM2's template with the marks by which TRL finds what the assistant says, and with the end token in them."""
    plain = "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    assert plain in template, "another template than SmolLM2's"
    own = (
        "{{'<|im_start|>' + message['role'] + '\n'}}{% if message['role'] == 'assistant' %}"
        "{% generation %}{{message['content'] + '<|im_end|>'}}{% endgeneration %}{% else %}"
        "{{message['content'] + '<|im_end|>'}}{% endif %}{{'\n'}}"
    )
    return template.replace(plain, own)


def judged(given: argparse.Namespace, adapter: str, room: Path) -> float:
    """The loss of an adapter on talks that it has not seen."""
    from zishu_app.worker.training import loop

    (room / "judged").mkdir()
    recipe = {**RECIPE, "max_steps": 1, "learning_rate": 1e-9, "threads": given.threads}
    spec = TrainSpec(
        str(room / "judged"), recipe, given.base, str(room / "few.jsonl"), str(room / "eval.jsonl"), adapter
    )
    return float(loop.run(spec, Context(lambda _: None))["first_eval_loss"])


def in_a_process(given: argparse.Namespace, way: str) -> dict[str, Any]:
    """One measurement."""
    command = [sys.executable, __file__, "--way", way]
    for name in ("base", "trl", "steps", "threads"):
        command += [f"--{name}", str(getattr(given, name))]
    ended = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    if ended.returncode:
        sys.exit(ended.stderr[-3000:])
    measured: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return measured


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """In this process."""
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        for file, number, seed in (("train", 400, 1), ("eval", 12, 2), ("few", 2, 1)):
            lines = [json.dumps(row) + "\n" for row in rows(number, seed)]
            (room / f"{file}.jsonl").write_text("".join(lines))
        found = ours(given, room) if given.way == "ours" else theirs(given, room)
        return found | {"eval_loss": judged(given, found.pop("adapter"), room)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True)
    parser.add_argument("--trl", default="")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--way", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(measure(given)))
        return
    ways = ["ours", "trl"] if given.trl else ["ours"]
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(given.rounds):
        for way in ways:
            found[way].append(in_a_process(given, way))
    print(json.dumps(report(found, given)))


def report(found: dict[str, list[dict[str, Any]]], given: argparse.Namespace) -> dict[str, Any]:
    """The best of each, and how they compare."""
    told: dict[str, Any] = {"steps": given.steps, "threads": given.threads, "rows": f"{BATCH} x {LONGEST}"}
    for way, rounds in found.items():
        told[way] = {
            "tokens_per_s": round(max(one["tokens"] / one["seconds"] for one in rounds), 1),
            "tokens_per_cpu_s": round(max(one["tokens"] / one["cpu"] for one in rounds), 1),
            "loss": round(rounds[-1]["loss"], 3),
            "eval_loss": round(rounds[-1]["eval_loss"], 3),
            "peak_memory_mb": round(min(one["peak_memory_mb"] for one in rounds)),
        }
    if "trl" in told:
        for name in ("tokens_per_s", "tokens_per_cpu_s"):
            told[f"ratio_{name}"] = round(told["ours"][name] / told["trl"][name], 2)
    return told


if __name__ == "__main__":
    main()
