"""Which build of PyTorch is chosen on which machine."""

import pytest

from zishu_app.core.errors import ZishuError
from zishu_app.core.torch_build import INDEX, Machine, Nvidia, choose, parse_nvidia

NEW, OLD, ANCIENT = (580, 65, 6), (550, 120), (470, 82)


def nvidia(driver, capability=(8, 9)):
    return Nvidia(driver, capability)


@pytest.mark.parametrize(
    ("machine", "requirement", "index", "accelerator"),
    [
        (Machine("Linux", "x86_64"), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Linux", "aarch64"), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Linux", "x86_64", nvidia(NEW)), "torch==2.13.0", None, "cuda"),
        (Machine("Linux", "aarch64", nvidia(NEW, (9, 0))), "torch==2.13.0", None, "cuda"),
        (Machine("Linux", "x86_64", nvidia(OLD)), "torch==2.13.0+cu126", INDEX + "cu126", "cuda"),
        (Machine("Linux", "x86_64", nvidia(NEW, (6, 1))), "torch==2.13.0+cu126", INDEX + "cu126", "cuda"),
        (Machine("Linux", "x86_64", nvidia(NEW, None)), "torch==2.13.0", None, "cuda"),
        (Machine("Linux", "x86_64", nvidia(OLD, (12, 0))), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Linux", "x86_64", nvidia(ANCIENT, (6, 1))), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Linux", "aarch64", nvidia(OLD)), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Windows", "AMD64"), "torch==2.13.0", None, "cpu"),
        (Machine("Windows", "AMD64", nvidia((581, 15))), "torch==2.13.0+cu130", INDEX + "cu130", "cuda"),
        (Machine("Windows", "AMD64", nvidia((560, 94))), "torch==2.13.0+cu126", INDEX + "cu126", "cuda"),
        (Machine("Windows", "AMD64", nvidia((472, 12))), "torch==2.13.0", None, "cpu"),
        (Machine("Windows", "ARM64"), "torch==2.13.0+cpu", INDEX + "cpu", "cpu"),
        (Machine("Darwin", "arm64"), "torch==2.13.0", None, "mps"),
    ],
)
def test_the_build_fits_the_machine(machine, requirement, index, accelerator):
    build = choose(machine)
    assert (build.requirement, build.index, build.accelerator) == (requirement, index, accelerator)
    assert build.why


@pytest.mark.parametrize(
    "machine", [Machine("Darwin", "x86_64"), Machine("Linux", "armv7l"), Machine("Windows", "x86")]
)
def test_where_there_is_no_build_the_user_is_told_what_to_do(machine):
    with pytest.raises(ZishuError, match=machine.architecture) as caught:
        choose(machine)
    assert caught.value.hint


def test_an_old_driver_for_a_new_card_is_told_to_be_updated():
    assert "580" in choose(Machine("Linux", "x86_64", nvidia(OLD, (12, 0)))).why


def test_the_users_own_sources_are_tried_before_the_index():
    assert choose(Machine("Linux", "x86_64")).attempts() == [
        ["torch==2.13.0+cpu"],
        ["torch==2.13.0+cpu", "--extra-index-url", INDEX + "cpu"],
    ]
    assert choose(Machine("Darwin", "arm64")).attempts() == [["torch==2.13.0"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("580.65.06, 9.0\n", Nvidia((580, 65, 6), (9, 0))),
        ("550.120, 6.1\n550.120, 8.6\n", Nvidia((550, 120), (8, 6))),
        ("390.157\n", Nvidia((390, 157), None)),
        ("560.94, [N/A]\n", Nvidia((560, 94), None)),
        ("No devices were found\n", None),
        ("", None),
    ],
)
def test_nvidia_smi_is_read(text, found):
    assert parse_nvidia(text) == found
