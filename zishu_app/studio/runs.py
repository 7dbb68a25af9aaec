"""An order becomes a run: begun, taken up again, kept and closed, so that the ledger always says how it stands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zishu_app.core.errors import ZishuError
from zishu_app.core.settings import Settings, load_settings
from zishu_app.dialogue.events import Ended
from zishu_app.distill.events import BatchEnded
from zishu_app.house import House
from zishu_app.ledger.calls import Accounts, Speaker
from zishu_app.ledger.caps import caps_for
from zishu_app.ledger.runs import Run, calls_of, change_recipe, continue_run, end_run, start_run
from zishu_app.review.events import JudgeEnded


@dataclass(frozen=True)
class Order:
    """What is asked for, with every choice made. `recipe` is what the ledger keeps to go on after a stop."""

    settings: Settings
    recipe: Mapping[str, Any]


def order(
    settings: Settings, wanted: Mapping[str, Any], parts: Collection[str] = ("teacher", "dialogue", "distill")
) -> Order:
    """`wanted`: what is no setting, see studio/generate, studio/distill and studio/judge; `parts`: settings it needs."""
    dumped = settings.model_dump(include=set(parts))
    kept = {f"{part}.{key}": value for part, values in dumped.items() for key, value in values.items()}
    return Order(settings, {"settings": kept, **wanted})


async def start(house: House, kind: str, asked: Order) -> Run:
    """A new run, worked on by this process."""
    return await start_run(house.store, kind, asked.recipe, house.clock)


async def take_up(
    house: House, kind: str, run_id: str, flags: Mapping[str, Any], limits: Mapping[str, Any]
) -> tuple[Run, Order]:
    """A run that was stopped or killed (the newest where `run_id` is empty): what it was started with counts
    again, unless `flags` (settings; None says nothing) or `limits` (the rest of the recipe) say otherwise now.

    A limit that is named counts from now on, and None lifts it; see `open_books`. Raises UsageError when there
    is no such run.
    """
    run = await continue_run(house.store, kind, run_id)
    now = run.recipe["settings"] | given(flags)
    settings = await asyncio.to_thread(load_settings, house.home, now)
    return run, Order(settings, {**run.recipe, **limits})


async def open_books(
    house: House, run: Run, asked: Order, speakers: Sequence[Speaker]
) -> tuple[Accounts, int]:
    """The books of a run within its limits, and how many calls will be repeated, see `House.accounts`.

    Limits that have changed since it was begun are kept with the run, once it is sure that they can be held.
    Raises PriceUnknown or UsageError where they cannot.
    """
    caps = caps_for(asked.recipe["max_total_tokens"], asked.recipe["max_cost"], speakers)
    _ = house.samples  # opened now: a data set that cannot be is told before anything is paid
    books = await house.accounts(run.id, caps)
    if asked.recipe != run.recipe:
        await change_recipe(house.store, run.id, asked.recipe)
    return books


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that are None."""
    return {name: value for name, value in values.items() if value is not None}


@dataclass
class Closing:
    """How a run ends; `done` unless something says otherwise."""

    state: str = "done"
    reason: str = ""


@contextlib.asynccontextmanager
async def keeping(house: House, run: Run) -> AsyncIterator[Closing]:
    """Whatever happens, the run is marked as ended by this process and can be continued."""
    closing = Closing()
    try:
        yield closing
    except BaseException as error:
        closing.state = "stopped"
        closing.reason = error.message if isinstance(error, ZishuError) else type(error).__name__
        raise
    finally:
        await end_run(house.store, run, closing.state, closing.reason, house.clock)


@dataclass
class Outcome:
    """What came of a run."""

    accounts: Accounts
    #: calls that were in flight at the last kill and were asked again
    repeated: int
    stop: asyncio.Event
    done: int = 0
    skipped: int = 0
    failed: int = 0
    left: int = 0
    stopped: str = ""
    hint: str = ""

    @property
    def unfinished(self) -> bool:
        """Whether there is something to go on with; a file that is no talk never becomes one."""
        return bool(self.left or self.stopped)

    @property
    def by_hand(self) -> bool:
        """Whether it was the user who stopped it."""
        return self.stop.is_set() and not self.stopped

    def hear(self, event: Any) -> None:
        """Take the ending of a stream into account; everything else is ignored."""
        if isinstance(event, Ended | JudgeEnded):
            self.done = event.done
            self.add(event.failed, event.left, event.stopped, event.hint)
        elif isinstance(event, BatchEnded):
            self.done, self.skipped = event.written, event.skipped
            self.add(event.failed, event.left, event.stopped, event.hint)

    def add(self, failed: int, left: int, stopped: str, hint: str) -> None:
        """What one room could not do."""
        self.failed += failed
        self.left += left
        if stopped and not self.stopped:
            self.stopped, self.hint = stopped, hint

    def close(self, run: Run, closing: Closing) -> bool:
        """Set how the run ends; say whether there is something left to go on with."""
        left = self.unfinished or bool(self.failed and run.kind == "generate")
        closing.state = "stopped" if left else "done"
        closing.reason = self.stopped
        return left

    def numbers(self, house: House, run: Run) -> dict[str, Any]:
        """What the run took, for programs."""
        spent = self.accounts.budget.spent
        return {
            "run": run.id,
            "done": self.done,
            "skipped": self.skipped,
            "failed": self.failed,
            "left": self.left,
            "calls": calls_of(house.store, run.id),
            "repeated_now": self.repeated,
            "tokens": spent.tokens,
            "micros": spent.micros,
            "currency": self.accounts.budget.caps.currency,
        }


def at_once(house: House, settings: Settings) -> int:
    """Talks at once: as set, else as many as the endpoint takes calls."""
    chosen = house.choose(settings.teacher.model, settings.teacher.base_url)
    most = settings.worker.slots if chosen.kind == "local" else chosen.concurrency
    return settings.dialogue.concurrency or most
