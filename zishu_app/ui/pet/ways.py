"""The ways to a brain, as they are offered in her bubble: a button each, and behind it the page where that way is gone."""

from collections.abc import Sequence

from zishu_app.brains.cards import BUILTIN
from zishu_app.brains.choices import Way
from zishu_app.core.texts import t
from zishu_app.ui.pet.around import Around
from zishu_app.ui.pet.extras import Way as Offer


def offers(ways: Sequence[Way], around: Around) -> list[Offer]:
    """As `brains.choices.ways` found them; what they are on the command line is for the command line."""
    return [_offer(one, around) for one in ways]


def _offer(way: Way, around: Around) -> Offer:
    if way.kind == "key":
        return (lambda: t("粘贴一个密钥", "Paste a key"), lambda: around.page("welcome", "key"))
    if way.kind == "download":
        where = ("settings", "models") if way.name == BUILTIN else ("welcome", "download")
        return (lambda: t("下载一个小模型", "Download a small model"), lambda: around.page(*where))
    if way.kind == "endpoint":
        return (
            lambda: t("用本机的 Ollama 等", "Use Ollama or the like"),
            lambda: around.page("her", "brain"),
        )
    return (
        lambda: t("先用英文聊", "Talk in English for now"),
        lambda: around.change({"companion.language": "en"}),
    )
