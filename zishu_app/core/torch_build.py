"""Which build of PyTorch is right for a machine: decided here and nowhere else.

The plain registry has one build a system: for Linux the CUDA 13.0 one, with gigabytes of CUDA packages beside it; for
Windows and Apple silicon one without CUDA; for Intel Macs and Windows on ARM none. All other builds lie in PyTorch's
own index and carry a mark after their version (`2.13.0+cpu`). A requirement with such a mark can only be met by that
very build, so a machine without a GPU never fetches CUDA by accident.

Sources: the wheels of 2.13.0 and what they require, looked up in November 2026; PyTorch's support matrix (RELEASE.md:
12.6 keeps Maxwell, Pascal and Volta and has no Blackwell, 13.0 starts at Turing); NVIDIA's table of the oldest driver
for each CUDA (12.x: 525.60 on Linux, 528.33 on Windows; 13.x: 580). Nothing is installed here.
"""

import platform
import shutil
import subprocess
from dataclasses import dataclass
from typing import Literal

from zishu_app.core.errors import ZishuError
from zishu_app.core.texts import t

VERSION = "2.13.0"
INDEX = "https://download.pytorch.org/whl/"

Accelerator = Literal["cpu", "cuda", "mps"]

CUDA_13_DRIVER = (580,)
CUDA_12_DRIVERS = {"Linux": (525, 60), "Windows": (528, 33)}
#: compute capabilities
TURING = (7, 5)
BLACKWELL = (10, 0)


@dataclass(frozen=True, slots=True)
class Nvidia:
    """What nvidia-smi says."""

    #: e.g. (580, 65, 6)
    driver: tuple[int, ...]
    #: compute capability of the newest card; None: the driver is too old to say
    capability: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Machine:
    """What the choice depends on. `system` as platform.system() says it, `architecture` as platform.machine()."""

    system: str
    architecture: str
    nvidia: Nvidia | None = None


@dataclass(frozen=True, slots=True)
class TorchBuild:
    """A build, where else than in the user's own sources it may be looked for, and why it was chosen."""

    requirement: str
    index: str | None
    accelerator: Accelerator
    why: str

    def attempts(self) -> list[list[str]]:
        """Arguments for `pip install`, one list a try; the next one is for when the one before found nothing.

        First only what the user's pip knows: a file on disk or a mirror is found there at once, and pip is not kept
        waiting by an index that cannot be reached (it asks every index it is given, six times each, before it looks
        at what it has). Only then PyTorch's index is added.
        """
        own = [[self.requirement]]
        return own if self.index is None else [*own, [self.requirement, "--extra-index-url", self.index]]


def choose(machine: Machine) -> TorchBuild:
    """The right build. Raises ZishuError where there is none."""
    architecture = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        machine.architecture.lower(), machine.architecture.lower()
    )
    if (machine.system, architecture) == ("Darwin", "aarch64"):
        return TorchBuild(
            f"torch=={VERSION}", None, "mps", t("苹果芯片：用 GPU（MPS）。", "Apple silicon: its GPU (MPS).")
        )
    if machine.system not in CUDA_12_DRIVERS or architecture not in ("x86_64", "aarch64"):
        raise _nothing(machine)
    if machine.nvidia is None:
        why = t("没有找到 NVIDIA 驱动：用 CPU 版。", "No NVIDIA driver was found: the CPU build.")
        return _cpu(machine.system, architecture, why)
    return _for_nvidia(machine.system, architecture, machine.nvidia)


def _for_nvidia(system: str, architecture: str, nvidia: Nvidia) -> TorchBuild:
    capability = nvidia.capability or TURING
    new_driver = nvidia.driver >= CUDA_13_DRIVER
    windows_on_arm = (system, architecture) == ("Windows", "aarch64")
    if new_driver and capability >= TURING and not windows_on_arm:
        why = t(
            "NVIDIA 驱动支持 CUDA 13：用 CUDA 13.0 版。",
            "The NVIDIA driver knows CUDA 13: the CUDA 13.0 build.",
        )
        # on Linux the plain registry has this very build, and every mirror of it too
        return (
            TorchBuild(f"torch=={VERSION}", None, "cuda", why) if system == "Linux" else _marked("cu130", why)
        )
    old_cuda = nvidia.driver >= CUDA_12_DRIVERS[system] and capability < BLACKWELL
    if old_cuda and architecture == "x86_64":
        why = t(
            "NVIDIA 驱动或显卡较旧：用 CUDA 12.6 版。",
            "The NVIDIA driver or card is of an older kind: the CUDA 12.6 build.",
        )
        return _marked("cu126", why)
    why = t(
        "PyTorch 用不了这里的 NVIDIA 驱动：先用 CPU 版；把驱动更新到 580 或更新后再装一次。",
        "PyTorch cannot use the NVIDIA driver here: the CPU build; update the driver to 580 or newer, then install again.",
    )
    return _cpu(system, architecture, why)


def _cpu(system: str, architecture: str, why: str) -> TorchBuild:
    if (system, architecture) == ("Windows", "x86_64"):
        return TorchBuild(
            f"torch=={VERSION}", None, "cpu", why
        )  # what the plain registry has is the CPU build
    return _marked("cpu", why)


def _marked(mark: str, why: str) -> TorchBuild:
    accelerator: Accelerator = "cpu" if mark == "cpu" else "cuda"
    return TorchBuild(f"torch=={VERSION}+{mark}", INDEX + mark, accelerator, why)


def _nothing(machine: Machine) -> ZishuError:
    name = f"{machine.system} {machine.architecture}"
    if machine.system == "Darwin":
        todo = t(
            "Intel Mac 不能在本机训练；若这是苹果芯片的电脑，请改用 arm64 的 Python。",
            "Intel Macs cannot train here; if this computer has Apple silicon, use an arm64 Python.",
        )
    else:
        todo = t("请在 64 位的系统和 Python 上训练。", "Train on a 64-bit system with a 64-bit Python.")
    return ZishuError(
        t(
            f"PyTorch {VERSION} 没有适合 {name} 的版本。",
            f"There is no build of PyTorch {VERSION} for {name}.",
        ),
        todo,
    )


def parse_nvidia(text: str) -> Nvidia | None:
    """Read `driver_version, compute_cap` lines, one a card; None when no line has a driver.

    AMD cards never get here: ROCm is not offered, they use the CPU build.
    """
    cards = [[_numbers(cell) for cell in line.split(",")] for line in text.splitlines()]
    drivers = [card[0] for card in cards if card[0]]
    if not drivers:
        return None
    capabilities = [card[1] for card in cards if len(card) > 1 and card[1]]
    return Nvidia(drivers[0], max(capabilities, default=None))


def _numbers(cell: str) -> tuple[int, ...]:
    """`580.65.06` as numbers; empty when it is something else, such as "[N/A]"."""
    words = cell.strip().split(".")
    return tuple(int(word) for word in words) if all(word.isdigit() for word in words) else ()


def look_around() -> Machine:
    """This machine. Asks nvidia-smi, which can take a second or two."""
    return Machine(platform.system(), platform.machine(), _ask_nvidia())


def _ask_nvidia() -> Nvidia | None:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    for fields in ("driver_version,compute_cap", "driver_version"):  # old drivers do not know compute_cap
        try:
            ended = subprocess.run(
                [program, f"--query-gpu={fields}", "--format=csv,noheader"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=20,
                encoding="utf-8",
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        if ended.returncode == 0:
            return parse_nvidia(ended.stdout)
    return None
