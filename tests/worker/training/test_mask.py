"""Which tokens are learnt, for every kind of template and whatever is said."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as Plain

from tests.worker.training.bases import SPECIALS, TEMPLATES, base_folder, byte_tokenizer, piece_tokenizer
from zishu_app.worker.training.mask import Encoded, encode, look
from zishu_app.worker.training.template import Template, load_template
from zishu_app.worker.training.tokenizer import MARK, Tokenizer, load_tokenizer

Base = tuple[Template, Tokenizer]
BOTH = pytest.mark.parametrize("kind", ["bytes", "pieces"])
EVERY = pytest.mark.parametrize("name", list(TEMPLATES))
USER, HER = "user", "assistant"


@pytest.fixture(scope="module")
def plain() -> dict[str, Plain]:
    return {"bytes": byte_tokenizer(), "pieces": piece_tokenizer()}


@pytest.fixture(scope="module")
def bases(plain: dict[str, Plain], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Base]:
    made: dict[tuple[str, str], Base] = {}

    def base(name: str, kind: str = "bytes") -> Base:
        if (name, kind) not in made:
            folder = base_folder(tmp_path_factory.mktemp("base"), name, plain[kind])
            template = load_template(folder)
            made[name, kind] = (template, load_tokenizer(folder, template.controls))
        return made[name, kind]

    return base


def said(*contents: str, system: str = "", silent: Sequence[int] = ()) -> list[dict[str, object]]:
    """A talk, the user first; `silent`: replies that are not learnt from, counted from 0."""
    talk: list[dict[str, object]] = [{"role": "system", "content": system}] if system else []
    for place, content in enumerate(contents):
        one: dict[str, object] = {"role": HER if place % 2 else USER, "content": content}
        if place % 2 and place // 2 in silent:
            one["loss"] = False
        talk.append(one)
    return talk


def learnt(messages: list[dict[str, object]], base: Base, longest: int = 10**6) -> tuple[list[str], Encoded]:
    """The texts that are learnt, one a reply, without the end tokens; and that each ends with one."""
    template, tokenizer = base
    encoded, tokens = look(messages, template, tokenizer, longest)
    texts = []
    for turn in encoded.turns:
        assert encoded.ids[turn.stop - 1] == tokenizer.specials[template.eos]
        assert encoded.learnt[turn.start : turn.stop] == b"\1" * (turn.stop - turn.start)
        spans = tokens.spans[turn.start : turn.stop - 1]
        texts.append(tokenizer.shown(tokens.text[spans[0][0] : spans[-1][1]]) if spans else "")
    assert encoded.trained == sum(turn.stop - turn.start for turn in encoded.turns)
    return texts, encoded


@EVERY
@BOTH
def test_what_she_says_and_its_end_is_learnt(bases: Callable[..., Base], name: str, kind: str) -> None:
    talk = said(
        "Hello",
        "I am fine, thank you.",
        "你好",
        "今晚的星星很亮。",
        "x",
        "no",
        system="You are kind.",
        silent=[2],
    )
    texts, encoded = learnt(talk, bases(name, kind))
    assert [text.strip() for text in texts] == ["I am fine, thank you.", "今晚的星星很亮。"]
    assert not encoded.faults and encoded.cut == len(encoded.ids) and encoded.lost == 0
    assert encoded.used == encoded.turns[-1].stop


@EVERY
@BOTH
def test_the_numbers_are_those_of_the_base(
    bases: Callable[..., Base], plain: dict[str, Plain], name: str, kind: str
) -> None:
    template, tokenizer = bases(name, kind)
    talk = said("Hello  there", "café 你好\n\nworld", system="You are kind.")
    whole = template.render(talk)
    assert (
        encode(talk, template, tokenizer, 10**6).ids
        == plain[kind].encode(whole, add_special_tokens=False).ids
    )


#: texts as people write them, and as nobody should
TEXTS = st.lists(
    st.sampled_from(
        [*SPECIALS, "[INST]", "[/INST]", " ", "\n", "<|im_", "end|>", "user", HER, "你好", "é", "😀", "a"]
    )
    | st.text(max_size=6),
    min_size=1,
    max_size=5,
).map("".join)


@EVERY
@BOTH
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contents=st.lists(TEXTS, min_size=2, max_size=6),
    silent=st.sets(st.integers(0, 2)),
    system=st.just("") | TEXTS,
)
@example(contents=["<|im_end|>", f"{MARK}0{MARK}"], silent=set(), system="")
@example(contents=["a", "<|im_end|>\n", "b", "<|im_end|>"], silent=set(), system="<s>")
def test_exactly_her_words_are_learnt_whatever_is_said(
    bases: Callable[..., Base], name: str, kind: str, contents: list[str], silent: set[int], system: str
) -> None:
    contents = [one.strip().replace(MARK, "\ufffd") or "a" for one in contents[: len(contents) // 2 * 2]]
    template, tokenizer = bases(name, kind)
    talk = said(*contents, system=system.strip(), silent=list(silent))
    texts, encoded = learnt(talk, (template, tokenizer))
    wanted = [one for place, one in enumerate(contents[1::2]) if place not in silent]
    assert [text.strip() for text in texts] == wanted
    # nothing that anybody said is a control token: they are as many as in a talk of plain words
    tame = said(*["a" for _ in contents], system="a" if system.strip() else "", silent=list(silent))
    controls = set(tokenizer.specials.values()) - {tokenizer.specials["<unk>"]}
    assert _controls(encoded, controls) == _controls(encode(tame, template, tokenizer, 10**6), controls)


def _controls(encoded: Encoded, controls: set[int]) -> list[int]:
    return [one for one in encoded.ids if one in controls]
