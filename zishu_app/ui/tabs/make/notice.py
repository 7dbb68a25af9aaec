"""Said under the models where one of them cannot speak the language that was chosen, with two ways out."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QLabel

from zishu_app.brains.cards import BUILTIN
from zishu_app.core.texts import Language, t
from zishu_app.llm.names import model_name
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.buttons import button
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label


class LanguageNotice(QFrame):
    """`english`: have the dialogues in English; `find`: look for a model that can."""

    def __init__(self, english: Callable[[], object], find: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        mark = QLabel()
        put_picture(mark, "warning", 18, "warn")
        self.text = label("small", wrap=True)
        self._english = button(lambda: t("改用英文对话", "Talk English instead"), english, kind="link")
        self._find = button(lambda: t("找一个会中文的模型", "Find a model that can"), find, kind="link")
        words = column(self.text, row(self._english, self._find, None, gap=GAP), gap=NEAR // 2)
        line = row(gap=NEAR)
        line.setContentsMargins(GAP, NEAR, GAP, NEAR)
        line.addLayout(column(mark, None, gap=0))
        line.addLayout(words, 1)
        self.setLayout(line)
        self.hide()

    def tell(self, speechless: Sequence[str], language: Language) -> None:
        """Name the models that cannot; none: nothing is said."""
        self.setVisible(bool(speechless))
        if not speechless:
            return
        if list(speechless) == [BUILTIN] and language == "zh":
            text = t(
                "内置小模型只会英文，写不了中文对话。",
                "The built-in model knows English only; it cannot hold a talk in Chinese.",
            )
        else:
            names = ", ".join(map(model_name, speechless))
            text = t(f"{names} 不会这种语言。", f"{names} does not speak this language.")
        self.text.setText(text)
        self._english.setVisible(language == "zh")
