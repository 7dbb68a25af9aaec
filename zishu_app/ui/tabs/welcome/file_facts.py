"""What a model file is, as far as one wants to know before using it."""

from PySide6.QtWidgets import QLabel, QWidget

from zishu_app.brains.look import ModelFile
from zishu_app.core.texts import language, t
from zishu_app.ui.follow import say
from zishu_app.ui.theme.tokens import NEAR
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.download_row import mega, tongues
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind


class FileFacts(QWidget):
    """Its name, what it says of itself, and three things that decide whether it will do."""

    def __init__(self) -> None:
        super().__init__()
        self._file: ModelFile | None = None
        self._name, self._about = Elided("lead"), Elided("small")
        self.template, self.languages, self.memory = label("chip"), label("chip"), label("chip")
        chips = row(self.template, self.languages, self.memory, None, gap=NEAR)
        self._advice = label("small", wrap=True)
        self.setLayout(column(self._name, self._about, chips, self._advice, gap=NEAR // 2))
        say(self, self._speak)

    def show_file(self, file: ModelFile) -> None:
        """Show this one."""
        self._file = file
        self._speak()

    def _speak(self) -> None:
        file = self._file
        if file is None:
            return
        self._name.setText(file.name)
        self._about.setText(_about(file))
        _chip(self.template, _template(file), "good" if file.has_chat_template else "warn")
        _chip(self.languages, _languages(file), _tone(file))
        _chip(self.memory, _memory(file), "good" if file.fits else "warn")
        self._advice.setText(_advice(file))
        self._advice.setVisible(bool(self._advice.text()))


def _chip(chip: QLabel, text: str, tone: str) -> None:
    chip.setText(text)
    set_kind(chip, "chip", tone=tone)


def _about(file: ModelFile) -> str:
    parts = [mega(file.size), file.architecture]
    if file.parameters:
        parts.append(t(f"{file.parameters / 1e9:.2f} B 参数", f"{file.parameters / 1e9:.2f} B weights"))
    if file.context:
        parts.append(t(f"上下文 {file.context:,}", f"context {file.context:,}"))
    return " · ".join([*parts, *([file.licence] if file.licence else []), file.path.name])


def _template(file: ModelFile) -> str:
    if file.has_chat_template:
        return t("有对话模板", "has a chat template")
    return t("没有对话模板", "no chat template")


def _languages(file: ModelFile) -> str:
    if not file.languages:
        return t("没写会哪些语言", "languages not said")
    return tongues(file.languages[:4])


def _tone(file: ModelFile) -> str:
    chinese = any(one.startswith("zh") for one in file.languages)
    return "good" if chinese else "plain"


def _memory(file: ModelFile) -> str:
    if file.fits:
        return t(f"内存够用（约 {mega(file.memory)}）", f"fits memory (about {mega(file.memory)})")
    return t(
        f"内存紧张：约要 {mega(file.memory)}，空闲 {mega(file.free)}",
        f"short of memory: wants about {mega(file.memory)}, {mega(file.free)} free",
    )


def _advice(file: ModelFile) -> str:
    if not file.has_chat_template:
        return t(
            "没有对话模板的多半是基座模型，没学过聊天，说出的话常常答非所问。",
            "Without a chat template it is mostly a base model that never learned to talk; its answers may be off.",
        )
    if language() == "zh" and not file.may_speak_chinese:
        return t("它没说会中文，用中文聊多半答非所问。", "It does not claim to speak Chinese.")
    if not file.fits:
        return t(
            "可以先关掉别的程序，或换一个更小的量化。",
            "Close other programs, or take a smaller quantisation.",
        )
    return ""
