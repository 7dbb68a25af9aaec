"""Templates and tokenizers as bases bring them along."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from tokenizers import AddedToken, models, pre_tokenizers
from tokenizers import Tokenizer as Plain

from tests.worker.training.bases import SMOL, base_folder, byte_tokenizer
from zishu_app.core.errors import DataError
from zishu_app.worker.training.mask import look
from zishu_app.worker.training.template import Template, load_template
from zishu_app.worker.training.tokenizer import Tokenizer, load_tokenizer

TALK = [
    {"role": "system", "content": "S"},
    {"role": "user", "content": "U"},
    {"role": "assistant", "content": "A"},
]


def settings_of(folder: Path, **more: object) -> None:
    (folder / "tokenizer_config.json").write_text(json.dumps(more), encoding="utf-8")


def test_a_template_lies_beside_or_in_the_settings(tmp_path: Path) -> None:
    settings_of(tmp_path, chat_template=SMOL, bos_token="<s>", eos_token={"content": "</s>"}, unk_token=None)
    template = load_template(tmp_path)
    assert (template.bos, template.eos, template.pad, template.text) == ("<s>", "</s>", "", SMOL)
    settings_of(
        tmp_path, chat_template=[{"name": "tools", "template": "t"}, {"name": "default", "template": "d"}]
    )
    assert load_template(tmp_path).text == "d"
    (tmp_path / "chat_template.jinja").write_text("{{ 'x' }}", encoding="utf-8")
    assert load_template(tmp_path).render([]) == "x"
    assert load_template(tmp_path).sha256 != template.sha256


@pytest.mark.parametrize("content", [None, "", "[]", "{}", "{"])
def test_a_folder_without_a_template_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer_config.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_template(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"added_tokens": [], "model": {"vocab": 3}}', '{"added_tokens": 1}']
)
def test_a_folder_without_a_tokenizer_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_tokenizer(tmp_path)
    assert "tokenizer.json" in caught.value.hint


@pytest.mark.parametrize("name", ["gemma", "mistral"])
def test_a_system_message_without_a_place_goes_to_the_user(tmp_path: Path, name: str) -> None:
    template = load_template(base_folder(tmp_path, name, byte_tokenizer()))
    assert not template.takes_system
    whole = template.render([*TALK, {"role": "user", "content": "V"}])
    assert whole.index("S\n\nU") < whole.index("A") < whole.index("V") and whole.count("S\n\n") == 1
    assert "S" in template.render(TALK[:1])
    assert "S" in template.render([TALK[0], {"role": "user", "content": "U"}])


def test_as_transformers_does_it(tmp_path: Path) -> None:
    settings_of(
        tmp_path, chat_template="{{ messages | tojson }}|{% for a in [1, 2] %}{% break %}{% endfor %}"
    )
    assert load_template(tmp_path).render([{"role": "user", "content": "<你>", "loss": True}]) == (
        '[{"role": "user", "content": "<你>"}]|'
    )


def test_a_word_piece_tokenizer_keeps_its_numbers() -> None:
    vocab = {"[UNK]": 0, "[SEP]": 1, "hello": 2, "##s": 3, "[": 4, "]": 5, "sep": 6}
    plain = Plain(models.WordPiece(vocab, unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    plain.add_special_tokens(["[UNK]", "[SEP]"])
    ours = Tokenizer(json.loads(plain.to_str()))
    assert ours.encode("hellos[SEP]x").ids == plain.encode("hellos[SEP]x").ids == [2, 3, 1, 0]
    assert 1 not in ours.encode(ours.guarded("[SEP]") + "hello").ids


def test_plain_text_does_not_grow_into_a_control_token() -> None:
    """Some tokenizers were made of others and can put "</s>" together from its letters."""
    vocab = {"</s>": 0, "<": 1, "/": 2, "s": 3, ">": 4, "</": 5, "s>": 6}
    plain = Plain(models.BPE(vocab, [("<", "/"), ("s", ">"), ("</", "s>")]))
    plain.add_special_tokens(["</s>"])
    ours = Tokenizer(json.loads(plain.to_str()))
    assert ours.encode("s</s>").ids == [3, 0]
    assert ours.encode("s" + ours.guarded("</s>")).ids == [3, 5, 6]


def test_a_unigram_tokenizer_keeps_its_numbers() -> None:
    plain = Plain(
        models.Unigram([("<unk>", 0.0), ("</s>", 0.0), ("a", -1.0), ("b", -1.5), ("ab", -1.2)], unk_id=0)
    )
    plain.add_special_tokens(["</s>"])
    ours = Tokenizer(json.loads(plain.to_str()))
    assert ours.encode("ab</s>ba").ids == plain.encode("ab</s>ba").ids
    assert ours.encode(ours.guarded("</s>")).ids != [1]


def test_a_control_token_that_takes_blanks_with_it_is_learnt_with_them() -> None:
    """As Phi 3 has them."""
    plain = byte_tokenizer()
    plain.add_special_tokens(
        [AddedToken(one, rstrip=True, special=True) for one in ("<|user|>", "<|end|>", "<|her|>")]
    )
    text = "{% for m in messages %}{{ '<|user|>' if m.role == 'user' else '<|her|>' }}\n{{ m.content }}<|end|>\n{% endfor %}"
    text += "{% if add_generation_prompt %}<|her|>\n{% endif %}"
    template = Template(text, {"eos_token": "<|end|>"}, datetime.now())
    ours = Tokenizer(json.loads(plain.to_str()))
    encoded, tokens = look(TALK[1:], template, ours, 100)
    (turn,) = encoded.turns
    assert (
        "".join(ours.shown(tokens.text[slice(*one)]) for one in tokens.spans[turn.start : turn.stop])
        == "A<|end|>\n"
    )
    assert not encoded.faults
