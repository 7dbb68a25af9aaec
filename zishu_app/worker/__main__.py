"""The door of a worker lane: `python -m zishu_app.worker --lane quick --home DIR`. Started by jobs/process.

One of the four places that catch `Exception`: whatever happens in a job, the lane goes on and the job has an ending.
"""

import argparse
import asyncio
import contextlib
import importlib
import logging
import os
import re
import sys

import psutil

from zishu_app.core.errors import ZishuError
from zishu_app.core.paths import open_home
from zishu_app.core.texts import set_language, t
from zishu_app.jobs.protocol import Cancelled, Done, Ending, Failed
from zishu_app.jobs.specs import Spec
from zishu_app.worker.context import Context, JobStopped
from zishu_app.worker.lane import Lane, Plan

log = logging.getLogger("zishu.worker")

#: module of each kind, imported when its first job comes: nobody waits for libraries he does not use
RUNNERS = {
    "noop": "zishu_app.worker.noop",
    "chat": "zishu_app.worker.chat",
    "embed": "zishu_app.worker.embed",
    "index": "zishu_app.worker.index",
    "train": "zishu_app.worker.training.loop",
    "convert": "zishu_app.worker.training.convert",
    "xray": "zishu_app.worker.training.xray",
    "count": "zishu_app.worker.training.count",
    "exam": "zishu_app.worker.training.exam",
    "export": "zishu_app.worker.training.export",
    "answer": "zishu_app.worker.training.speak",
}


#: modules that keep models loaded between two jobs
_HOLDERS = ("zishu_app.worker.loaded", "zishu_app.worker.training.speak")


def run_job(spec: Spec, context: Context) -> Ending:
    """Do the work of one job; whatever happens becomes its ending."""
    try:
        runner = importlib.import_module(RUNNERS[spec.kind])
        return Done(runner.run(spec, context))
    except JobStopped:
        return Cancelled()
    except ZishuError as error:
        return Failed(error.message, error.hint, code_of(error))
    except ImportError as error:
        log.exception("a part is missing for %s", spec.kind)
        return Failed(
            t(f"缺少组件：{error}。", f"A part is missing: {error}."),
            t(f"把它装进 {sys.executable} 的环境。", f"Install it into the environment of {sys.executable}."),
            "part_missing",
        )
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the door
        log.exception("a bug in a job of kind %s", spec.kind)
        return Failed(
            t(f"任务内部出错：{_one_line(error)}", f"Something went wrong in the job: {_one_line(error)}"),
            t("详情见日志目录里的 worker-*.log。", "Details are in worker-*.log in the log folder."),
        )


def code_of(error: ZishuError) -> str:
    """`ContextExceeded` -> "context_exceeded"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def rest(idle_seconds: float) -> bool:
    """Let go of idle models, if any were ever loaded. True: one of them hangs."""
    # a job may be importing it at this moment, and then it holds nothing yet
    found = [getattr(sys.modules.get(name), "MODELS", None) for name in _HOLDERS]
    hanging = [
        models.rest(idle_seconds) for models in found if models
    ]  # each of them, whatever the others say
    return any(hanging)


def main() -> None:
    """Be a lane until nobody needs it."""
    given = _arguments()
    set_language(given.language)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if given.lane == "long":
        _make_way()
    plan = Plan(given.lane, open_home(given.home), given.idle, given.model_idle, given.grace)
    code = 0
    try:
        asyncio.run(_serve(plan))
    except Exception:  # the door
        log.exception("the lane ended")
        code = 1
    logging.shutdown()
    # the hard way: llama.cpp's own clean-up at exit can hang, and everything of worth is on disk
    os._exit(code)


def _make_way() -> None:
    """What takes hours lets everything else go first: she answers, and the computer stays a person's, while she learns."""
    with contextlib.suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(15)


async def _serve(plan: Plan) -> None:
    await Lane(plan, run_job, rest).serve()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="zishu_app.worker", description="A worker lane of Zishu.")
    parser.add_argument("--lane", choices=["quick", "long"], required=True)
    parser.add_argument("--home", required=True, help="the user's folder")
    parser.add_argument(
        "--idle", type=float, default=300.0, help="seconds without programs and jobs, then it leaves"
    )
    parser.add_argument(
        "--model-idle", type=float, default=900.0, help="seconds until an unused model is let go"
    )
    parser.add_argument("--grace", type=float, default=20.0, help="seconds a job has to stop when asked")
    parser.add_argument("--language", choices=["zh", "en"], default="en")
    return parser.parse_args()


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:500]


if __name__ == "__main__":
    main()
