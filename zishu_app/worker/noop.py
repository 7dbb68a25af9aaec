"""A job that does nothing, in every way in which a job can go."""

import os
import sys
import time
from typing import Any

from zishu_app.core.errors import JobFailed
from zishu_app.jobs.specs import NoopSpec
from zishu_app.worker.context import Context


def run(spec: NoopSpec, context: Context) -> dict[str, Any]:
    """Count to `spec.steps`."""
    for step in range(spec.steps):
        context.check_cancelled()
        if spec.noise:
            _make_noise(step)
        if step == spec.die_at:
            os._exit(9)
        if step == spec.fail_at:
            _fail(spec.fail_text)
        while step == spec.hang_at:
            time.sleep(0.05)
        context.cancelled.wait(spec.seconds)
        context.progress(step + 1, spec.steps)
        context.metric(step + 1, loss=1 / (step + 1))
    return {"steps": spec.steps, "pid": os.getpid()}


def _make_noise(step: int) -> None:
    """As libraries do, at both levels."""
    sys.stdout.write(f'{{"job": "noise {step}"}}\n')
    sys.stderr.write("noise\n")
    os.write(1, b"noise from below\n")
    os.write(2, b"\xff\xfe not even text\n")


def _fail(text: str) -> None:
    if text:
        raise JobFailed(text)
    raise ZeroDivisionError("noop")
