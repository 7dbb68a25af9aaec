"""A warning over a version: models in it whose providers' terms may forbid, or bind, training other models on their words."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.core.texts import t
from zishu_app.dataset.teachers import Terms, binds, terms_of
from zishu_app.dataset.words import samples_word
from zishu_app.llm.names import model_name
from zishu_app.ui.follow import say
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label

#: models told of one by one
MOST = 4


class TermsNote(QFrame):
    """It is there where there is something to warn of."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", "warn")
        self._teachers: Mapping[str, int] = {}
        mark = QLabel()
        put_picture(mark, "warning", 20, "warn")
        self._head, self._lines = label("", wrap=True), label("small", wrap=True)
        self._note = label(
            "faint",
            lambda: t(
                "这是对公开文本的概括，可能过时，也可能与你的合同不同；不是法律意见。",
                "A sentence on public texts: it may be out of date or differ from your contract, and is no legal advice.",
            ),
            wrap=True,
        )
        line = row(gap=GAP)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self._head, self._lines, self._note, gap=4), 1)
        line.setContentsMargins(GAP, NEAR, ROOM, NEAR)
        self.setLayout(line)
        say(self, self._speak)

    def show_teachers(self, teachers: Mapping[str, int]) -> None:
        """The models of a version, with the samples that each has answered in."""
        self._teachers = {model: samples for model, samples in teachers.items() if binds(model)}
        self._speak()

    def _speak(self) -> None:
        bound = self._teachers
        self.setVisible(bool(bound))
        many = samples_word(max(bound.values(), default=0))
        self._head.setText(
            t(
                "有些样本出自这样的模型：服务条款可能禁止或限制用它们的输出训练其他模型。训练、发布之前请先核对。",
                "Some samples were written by models whose terms may forbid or bind training other models on their"
                " output. Check them before you train or publish.",
            )
        )
        lines = [_line(model, samples) for model, samples in list(bound.items())[:MOST]]
        if len(bound) > MOST:
            more = len(bound) - MOST
            lines.append(t(f"还有 {more} 个模型，见说明卡。", f"{more} more models: see the card."))
        self._lines.setText("\n".join(lines))
        self.setAccessibleName(f"{self._head.text()} {many} {self._lines.text()}")


def _line(model: str, samples: int) -> str:
    found = terms_of(model)
    many = samples_word(samples)
    if found is None:
        return f"{model_name(model)} · {many}"
    return f"{model_name(model)} · {many} · {found.who}: {found.sentence}{_seen(found)}"


def _seen(found: Terms) -> str:
    if not found.read:
        return f" ({found.where})"
    return t(f"（{found.where}，{found.read}）", f" ({found.where}, {found.read})")
