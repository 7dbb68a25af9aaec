"""Whether she is spoken to in the words she has learnt in: the chat template of base, adapter, merged model and GGUF.

A template that differs makes a good adapter worse than none, without a word. So it is compared before anything is given away: by
its text, and where that differs, by what the two make of the same talks; where they make the same, only blanks were different.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zishu_app.core.errors import DataError
from zishu_app.core.gguf import read_gguf_header
from zishu_app.core.texts import t
from zishu_app.worker.training.template import Template, load_template

#: talks that a template may treat in ways of its own
TALKS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("user", "Hello?"),),
    (("system", "You are Zishu."), ("user", "你好 "), ("assistant", " Yes.\n"), ("user", "And now?")),
    (("user", "1"), ("assistant", "<think>a</think>2"), ("user", "3"), ("assistant", "4"), ("user", "5")),
)


class TemplateDiffers(DataError):
    """She would be spoken to in other words than those she has learnt in."""


def compared(
    base: Path, adapter: Path, gguf: Path | None = None, merged: Path | None = None
) -> dict[str, Any]:
    """`template_sha256`, and `template`: "same", "blanks" (its text differs, what it makes does not), "unknown" (neither adapter
    nor GGUF say). Raises TemplateDiffers, DataError (one cannot be read).
    """
    own = load_template(base)
    others: Mapping[str, str] = {
        t("训练时", "of the training"): _of_adapter(adapter),
        "GGUF": read_gguf_header(gguf).text("tokenizer.chat_template") if gguf else "",
        t("合并后", "of the merged model"): load_template(merged).text if merged else "",
    }
    told = {name: text for name, text in others.items() if text}
    for name, text in told.items():
        if not same(own, replace(own, text=text)):
            raise TemplateDiffers(
                t(
                    f"对话模板不一致：{name}的模板和底座 {base.name} 的不同。",
                    f"The chat template differs: that {name} is not that of the base {base.name}.",
                ),
                t(
                    "用训练时的底座，或重新训练；用错模板，她会答得比没学过还差。",
                    "Use the base of the training, or train anew: with a wrong template she answers worse than untrained.",
                ),
            )
    how = "unknown" if not told else "same" if set(told.values()) == {own.text} else "blanks"
    return {"template_sha256": own.sha256, "template": how}


def same(one: Template, other: Template) -> bool:
    """Whether both make the same of every talk, or refuse the same ones."""
    return one.text == other.text or all(_made(one, talk) == _made(other, talk) for talk in TALKS)


def _made(template: Template, talk: tuple[tuple[str, str], ...]) -> str | None:
    try:
        return template.render(
            [{"role": role, "content": said} for role, said in talk], add_generation_prompt=True
        )
    except DataError:
        return None


def _of_adapter(adapter: Path) -> str:
    """ "" for an adapter of others, which says nothing of it."""
    try:
        return str(json.loads((adapter / "zishu.json").read_text(encoding="utf-8")).get("chat_template", ""))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(
            t(f"{adapter.name} 的 zishu.json 读不了。", f"The zishu.json of {adapter.name} cannot be read."),
            t("从训练里重新取一份适配器。", "Take the adapter from its training again."),
        ) from error
