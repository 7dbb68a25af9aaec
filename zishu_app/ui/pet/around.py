"""What the parts of her in the window are given of the program around them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zishu_app.ui.tasks import Tasks


@dataclass(frozen=True)
class Around:
    """What the stage is given of the program around it."""

    tasks: Tasks
    #: brings a page of the studio to the front: its name, and what it is to do there
    page: Callable[[str, Any], object]
    #: nobody wants to be talked to now
    quiet: Callable[[], bool] = lambda: False
    #: what the person thought of an answer became a sample: whoever shows samples looks anew
    samples_changed: Callable[[], object] = lambda: None
    #: she begins to answer, or has come to the end of it
    answers: Callable[[bool], object] = lambda _: None
    #: changes settings, by dotted names
    change: Callable[[dict[str, Any]], object] = lambda _: None
