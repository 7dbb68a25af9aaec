"""What is wrong with samples is said before a training, in sentences with what to do."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.training.bases import QWEN3, SMOL, base_folder, byte_tokenizer
from tests.worker.training.test_mask import Base, learnt, said
from zishu_app.core.texts import set_language
from zishu_app.worker.training import faults
from zishu_app.worker.training.mask import encode
from zishu_app.worker.training.template import Template, load_template
from zishu_app.worker.training.tokenizer import load_tokenizer

LONG = 10**6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return base_folder(tmp_path_factory.mktemp("base"), "smol", byte_tokenizer())


@pytest.fixture(scope="module")
def base(folder: Path) -> Callable[..., Base]:
    """A base with another template."""
    template = load_template(folder)
    tokenizer = load_tokenizer(folder, template.controls)
    return lambda text=SMOL, **tokens: (
        Template(text, {**template.tokens, **tokens}, template.now),
        tokenizer,
    )


def codes(messages: list[dict[str, object]], base: Base, longest: int = LONG) -> list[str]:
    encoded = encode(messages, *base, longest)
    assert not any(fault.stops for fault in encoded.faults) or not encoded.trained
    return [fault.code for fault in encoded.faults]


def test_good_samples_have_none(base: Callable[..., Base]) -> None:
    assert codes(said("a", "b"), base()) == []


def test_nothing_to_learn_from(base: Callable[..., Base]) -> None:
    assert codes(said("a", "b", silent=[0]), base()) == ["nothing_learnt"]
    assert codes(said("a"), base()) == ["nothing_learnt"]
    assert codes(said("a", ""), base()) == ["nothing_learnt"]


def test_no_end_token(base: Callable[..., Base]) -> None:
    plain = "{% for one in messages %}{{ one.role + ': ' + one.content + '\n' }}{% endfor %}"
    plain += "{% if add_generation_prompt %}assistant: {% endif %}"
    assert codes(said("a", "b", "c", "d"), base(plain)) == ["no_end", "no_end"]


def test_a_text_that_begins_twice(base: Callable[..., Base]) -> None:
    assert codes(said("a", "b"), base("{{ bos_token }}" + SMOL)) == ["double_bos"]


def test_reasoning_that_is_dropped(base: Callable[..., Base]) -> None:
    talk = said("a", "<think>\nhmm\n</think>\n\nb", "c", "<think>\nwell\n</think>\n\nd")
    assert codes(talk, base(QWEN3)) == ["drops_reasoning"]
    talk[1]["loss"] = False
    texts, encoded = learnt(talk, base(QWEN3))
    assert texts == ["<think>\nwell\n</think>\n\nd"] and not encoded.faults


def test_room_for_reasoning_is_not_learnt_where_there_is_none(base: Callable[..., Base]) -> None:
    texts, encoded = learnt(said("a", "b", "c", "d"), base(QWEN3))
    assert texts == ["b", "d"] and not encoded.faults


@pytest.mark.parametrize(
    ("template", "code"),
    [
        # says everything in capitals
        (SMOL.replace("message['content']", "message['content'] | upper"), "rewritten"),
        # has no reply in it
        ("{% for one in messages %}{{ one.role }}{% endfor %}<|im_end|>", "rewritten"),
        # puts what the user said behind the reply
        (
            "{% for one in messages %}{% if one.role == 'assistant' %}<|im_start|>{{ one.content }}"
            "{{ messages[0].content }}<|im_end|>{% endif %}{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>{% endif %}",
            "foreign",
        ),
        ("{{ raise_exception('no') }}", "refused"),
        ("{{ messages.append(1) }}", "refused"),
        ("{{ ''.__class__.__mro__ }}", "refused"),
        ("{{ 1 // 0 }}", "refused"),
        ("{% for %}", "refused"),
    ],
)
def test_templates_that_do_not_say_what_was_said(base: Callable[..., Base], template: str, code: str) -> None:
    assert codes(said("question", "b"), base(template)) == [code]


def test_padding_with_the_end_is_told_and_harmless(base: Callable[..., Base]) -> None:
    assert faults.pads_with_end(base()[0]) is None
    found = faults.pads_with_end(base(pad_token="<|im_end|>")[0])
    assert found and not found.stops and "<|im_end|>" in found.message


def test_another_template_than_the_exported_one(base: Callable[..., Base]) -> None:
    template = base()[0]
    assert faults.other_template(template, template.sha256) is None
    found = faults.other_template(base(SMOL + " ")[0], template.sha256)
    assert found and found.stops and template.sha256[:8] in found.message


def test_long_samples_are_cut_at_the_end_of_a_turn(base: Callable[..., Base]) -> None:
    talk = said("Hello", "I am fine", "And you?", "Thank you.", "world", "hello")
    _, whole = learnt(talk, base())
    ends = [turn.stop for turn in whole.turns]
    assert len(whole.ids) == ends[-1] + 1  # what follows the last end is of no use, and is not missed
    assert encode(talk, *base(), ends[-1]).faults == ()
    texts, cut = learnt(talk, base(), ends[-1] - 1)
    assert texts == ["I am fine", "Thank you."]
    assert (cut.cut, cut.lost, cut.used) == (ends[1], 2, ends[1])
    assert [fault.code for fault in cut.faults] == ["shortened"] and "2 messages" in str(cut.faults[0])
    assert not any(cut.learnt[cut.cut :])
    none = encode(talk, *base(), ends[0] - 1)
    assert (none.cut, none.lost, none.used, none.trained) == (0, 6, 0, 0)
    assert [fault.code for fault in none.faults] == ["too_long"] and str(ends[0]) in str(none.faults[0])


def test_many_samples_say_it_once() -> None:
    many = [[faults.nothing_learnt()], [], [faults.no_end(), faults.no_end()], [faults.nothing_learnt()]]
    found = faults.together(many)
    assert [(fault.code, fault.stops) for fault in found] == [("no_end", True), ("nothing_learnt", False)]
    assert found[0].message.startswith("1 of 4 samples: ")
    assert faults.together([[faults.no_end()]]) == [faults.no_end()]


def test_in_chinese_too(base: Callable[..., Base]) -> None:
    set_language("zh")
    try:
        assert "没有一个 token" in str(encode(said("a"), *base(), LONG).faults[0])
        assert "4 个样本" in faults.together([[faults.no_end()], [], [], []])[0].message
    finally:
        set_language("en")


def test_she_may_speak_first(base: Callable[..., Base]) -> None:
    talk = [{"role": "assistant", "content": "Hello, I am here."}, *said("a", "b")]
    assert learnt(talk, base())[0] == ["Hello, I am here.", "b"]
    assert learnt([{"role": "system", "content": "x"}, *talk], base(QWEN3))[0] == ["Hello, I am here.", "b"]


def test_another_day_is_another_text_and_not_within_one(base: Callable[..., Base]) -> None:
    template = base("{{ strftime_now('%d %b %Y') }}" + SMOL)[0]
    assert template.render(said("a")).startswith(template.now.strftime("%d %b %Y"))
    later = replace(template, now=template.now.replace(year=2001))
    assert "2001" in later.render(said("a"))
