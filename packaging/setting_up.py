"""Set-up from first to last: system packages, environment, packages, model, for tests the training pack; and the record of
what each took.
"""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import environment
import reasons
import stamp
import system_packages
from alone import alone
from environment import Place
from screen import Ended, Screen, said

from zishu_app.core.errors import ZishuError
from zishu_app.core.files import write_json
from zishu_app.core.texts import set_language, system_language, t

Part = dict[str, float]


def why(reason: str) -> str:
    """What the user reads first: the reason of this set-up."""
    sentences = {
        "first": t(
            "第一次启动：先准备运行环境，只需一次。", "First start: preparing the environment, once only."
        ),
        "interrupted": t(
            "上次的准备没有完成：重新准备。", "The last set-up was cut short: making the environment anew."
        ),
        "moved": t(
            "文件夹换了位置：重新准备运行环境。", "The folder was moved: making the environment anew."
        ),
        "python": t(
            "运行环境所用的 Python 不在了或换了版本：重新准备。",
            "The Python of the environment is gone or another: making it anew.",
        ),
        "packages": t("运行环境缺了文件：重新准备。", "Packages are missing: making the environment anew."),
        "unknown": t("补全已有的运行环境。", "Completing the environment that is there."),
        "changed": t("依赖有变化：更新运行环境。", "Requirements have changed: updating the environment."),
        "extras": t("加装测试工具。", "Adding the test tools."),
        "pack": t("测试需要训练组件：加装它。", "The tests want the training pack: adding it."),
        "asked": t("按要求重新准备运行环境。", "Making the environment anew, as asked."),
    }
    return sentences[reason]


def set_up(root: str, venv: str, reason: str, *, test: bool) -> int:
    """Do what `reason` asks for. The exit code; every failure has been told."""
    prepare_to_speak()
    place = Place(Path(root), Path(venv))
    screen = Screen(place.venv / environment.LOG)
    try:
        if reason:
            _set_up_alone(place, screen, reason, ("test",) if test else ())
    except ZishuError as error:
        return _tell(screen, error)
    except OSError as error:
        return _tell(screen, reasons.explain([str(error)]))
    except KeyboardInterrupt:
        screen.say(t("已停下。再启动一次就会重新准备。", "Stopped. The next start sets up again."))
        return 130
    return 0


def _tell(screen: Screen, error: ZishuError) -> int:
    screen.say(t("没有完成：", "Not finished:") + error.message)
    screen.say("-> " + error.hint)
    screen.say(t("   详细记录：", "   All details: ") + str(screen.log))
    return 1


def prepare_to_speak() -> None:
    """The system's language, on consoles of any encoding; a polite kill ends pip too."""
    set_language(system_language())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _set_up_alone(place: Place, screen: Screen, reason: str, extras: tuple[str, ...]) -> None:
    def waiting(seconds: float) -> None:
        screen.live(
            t(
                f"另一个启动正在准备，等它完成… {seconds:.0f} s",
                f"Another start is setting up; waiting… {seconds:.0f} s",
            )
        )

    with alone(place.venv, waiting) as lock:
        screen.lock = lock
        found = stamp.judge(str(place.root), str(place.venv), extras)
        if reason == "asked" or found:
            # the lock file itself may be all there is: then it is still the first start
            SetUp(place, screen, reason if reason in ("asked", "first") else found).run(extras)


@dataclass(slots=True)
class SetUp:
    """One run of the set-up."""

    place: Place
    screen: Screen
    reason: str
    parts: dict[str, Part] = field(default_factory=dict)

    def run(self, wanted: tuple[str, ...]) -> None:
        """All steps. Raises ZishuError or OSError; then the stamp says "unfinished"."""
        begun = time.monotonic()
        venv = str(self.place.venv)
        before = stamp.read(venv)
        extras = sorted({*wanted, *before.get("extras", "").split()})
        stamp.write(venv, {"unfinished": "", "extras": " ".join(extras)})
        self.screen.log.write_text("", encoding="utf-8")
        self.screen.say(why(self.reason))
        self._system(test="test" in extras)
        site = self._mend(extras, before)
        if site is None:
            return
        pack = before.get("pack", "")
        if not site:
            self._make()
            site, pack = self._fill(extras), ""  # it may be for another Python now: the next test looks
        self._model()
        pack = self._pack() if "test" in wanted else pack
        self._record(time.monotonic() - begun)
        self._stamp(site, extras, pack)

    def _system(self, *, test: bool) -> None:
        taken = system_packages.install_missing(self.screen, test=test)
        if taken:
            self._note("system", taken[0], taken[1])

    def _mend(self, extras: list[str], before: dict[str, str]) -> str | None:
        """Where packages lie in the environment as it is, brought up to date; "" and None as in `_update`."""
        if self.reason == "pack":  # nothing else is missing
            self.parts = read_record(self.place.venv).get("parts", {})
            return before.get("site", "")
        return self._update(extras, before) if self.reason in stamp.UPDATES else ""

    def _update(self, extras: list[str], before: dict[str, str]) -> str | None:
        """Let pip mend the environment and say where packages lie.

        "": it could not, a new environment is needed. None: no network; she starts with what is there.
        """
        self.parts = read_record(self.place.venv).get("parts", {})
        ended = environment.install(self.place, self.screen, extras)
        kind = reasons.kind_of(ended.lines) if ended.code else ""
        if kind == "network":
            # pip fetches everything before it touches anything, so the environment is as it was
            self._postpone(ended, before, extras)
            return None
        if kind in ("disk", "rights"):
            raise reasons.explain(ended.lines)
        if kind:
            return ""
        site, missing = environment.look(self.place, self.screen)
        if missing:
            return ""
        self._tell_packages(ended.seconds)
        return site

    def _postpone(self, ended: Ended, before: dict[str, str], extras: list[str]) -> None:
        if before:
            stamp.write(str(self.place.venv), before)
        else:
            (self.place.venv / stamp.NAME).unlink()
        if self.reason != "changed" or before.get("extras", "").split() != extras:
            raise reasons.explain(ended.lines)
        self.screen.say(
            t(
                "  没有网络，暂时不能更新：先用已有的包启动，下次启动再试。",
                "  No network, so no update now: starting with the packages that are there; the next start tries again.",
            )
        )

    def _make(self) -> None:
        ended = environment.make(self.place, self.screen)
        size = environment.environment_size(self.place)
        self._note("venv", ended.seconds, size)
        self.screen.say("  " + t("虚拟环境：", "environment: ") + said(ended.seconds, size))

    def _fill(self, extras: list[str]) -> str:
        ended = environment.install(self.place, self.screen, extras)
        if ended.code != 0:
            raise reasons.explain(ended.lines)
        site, missing = environment.look(self.place, self.screen)
        if missing:
            raise environment.broken(missing)
        self._tell_packages(ended.seconds)
        return site

    def _tell_packages(self, seconds: float) -> None:
        size = environment.environment_size(self.place) - int(self.parts.get("venv", {}).get("bytes", 0))
        self._note("packages", seconds, size)
        self.screen.say("  " + t("依赖包：", "packages: ") + said(seconds, size))

    def _model(self) -> None:
        """Bring the built-in model; without a network she starts without it."""
        if environment.has_model(self.place):
            self.parts.setdefault("model", {"seconds": 0.0, "bytes": environment.model_size(self.place)})
            return
        try:
            ended = environment.bring_model(self.place, self.screen)
        except ZishuError as error:
            command = "packaging/start.py models download builtin"
            self.screen.say(
                "  " + t("内置模型没有取到：", "The built-in model did not arrive:") + error.message
            )
            self.screen.say(
                "  "
                + t("先不用它，继续。之后可运行：", "Going on without it. Later: ")
                + f"python3 {command}"
            )
            return
        size = environment.model_size(self.place)
        self._note("model", ended.seconds, size)
        self.screen.say("  " + t("内置模型：", "built-in model: ") + said(ended.seconds, size))

    def _pack(self) -> str:
        """The training pack, on which tests rely; the hash of its pins, "" where it did not come."""
        try:
            ended = environment.bring_pack(self.place, self.screen)
        except ZishuError as error:
            self.screen.say(
                "  " + t("训练组件没有装上：", "The training pack did not arrive:") + error.message
            )
            self.screen.say(
                "  "
                + t(
                    "先不用它，继续；训练的测试会失败。之后可运行：",
                    "Going on; tests of training fail. Later: ",
                )
                + "python3 packaging/start.py setup training"
            )
            return ""
        size = environment.packs_size(self.place)
        self._note("training", ended.seconds, size)
        self.screen.say("  " + t("训练组件：", "training pack: ") + said(ended.seconds, size))
        return stamp.fingerprint(str(self.place.root), (stamp.PACK_PINS,))

    def _note(self, part: str, seconds: float, size: int) -> None:
        self.parts[part] = {"seconds": round(seconds, 2), "bytes": size}

    def _record(self, seconds: float) -> None:
        total = int(sum(part["bytes"] for part in self.parts.values()))
        record = {
            "python": ".".join(map(str, sys.version_info[:3])),
            "reason": self.reason,
            "seconds": round(seconds, 2),
            "bytes": total,
            "parts": self.parts,
        }
        write_json(self.place.venv / environment.RECORD, record)
        self.screen.say(t("准备好了：", "Ready: ") + said(seconds, total))

    def _stamp(self, site: str, extras: list[str], pack: str) -> None:
        venv = str(self.place.venv)
        record = {
            "root": os.path.realpath(self.place.root),
            "base": stamp.base_of(venv),
            "inputs": stamp.fingerprint(str(self.place.root)),
            "extras": " ".join(extras),
            "site": site,
            "pack": pack,
            "packages": " ".join(stamp.top_names(str(self.place.venv / site))),
        }
        stamp.write(venv, record)


def read_record(venv: Path) -> dict[str, dict[str, Part]]:
    """What the last set-up took; empty when nothing readable is there."""
    try:
        record = json.loads((venv / environment.RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def print_sizes(venv: str) -> int:
    """The record as one line of JSON."""
    prepare_to_speak()
    record = read_record(Path(venv))
    if not record:
        print(
            t("还没有准备记录：先启动一次。", "There is no record of a set-up yet: start once first."),
            file=sys.stderr,
        )
        return 1
    print(json.dumps(record, ensure_ascii=False))
    return 0
