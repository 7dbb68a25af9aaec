"""The head of the welcome: who she is, what the studio does, and the language and look to read it in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QSizePolicy, QVBoxLayout, QWidget

from zishu_app.core.texts import language, set_language, t
from zishu_app.ui.follow import LANGUAGE, say
from zishu_app.ui.tabs.welcome.brain import save
from zishu_app.ui.theme import look
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import NEAR, ROOM
from zishu_app.ui.widgets.buttons import Segments
from zishu_app.ui.widgets.cards import column, row
from zishu_app.ui.widgets.labels import label
from zishu_app.ui.widgets.loop import Loop, Step
from zishu_app.ui.workbench import Workbench

STEPS = (
    Step(
        "make",
        lambda: t("生成", "Make"),
        lambda: t("两个 AI 聊出长对话", "two AIs hold long talks"),
        "make",
    ),
    Step(
        "distill",
        lambda: t("蒸馏", "Distil"),
        lambda: t("长对话浓缩成要点", "long talks become short notes"),
        "distill",
    ),
    Step(
        "review",
        lambda: t("审阅", "Review"),
        lambda: t("由你挑选和修改", "you choose and correct"),
        "review",
    ),
    Step(
        "dataset",
        lambda: t("数据集", "Data set"),
        lambda: t("清洗、冻结、导出", "cleaned, frozen, exported"),
        "dataset",
    ),
    Step(
        "train",
        lambda: t("训练", "Train"),
        lambda: t("她学会你认可的", "she learns from these"),
        "training",
    ),
)


class Head(QWidget):
    """The mark, a greeting, one sentence, two choices, the loop."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        mark = QLabel()
        put_picture(mark, "zishu", 72)
        hello = label("display", lambda: t("你好，我是紫舒", "Hello, I am Zishu"))
        about = label(
            "soft",
            lambda: t(
                "我是由你亲手养成的角色。这间工作室为我准备教材：你认可的对话，就是我学会的说话方式。",
                "You raise me. This studio makes my lessons: the talks you approve are how I learn to speak.",
            ),
            wrap=True,
        )
        about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        top = row(gap=ROOM)
        top.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column(hello, about, None, gap=NEAR // 2), 1)
        top.addLayout(self._choices())
        self.loop = Loop(STEPS, lambda page: bench.go(page, None))
        self.setLayout(column(top, self.loop, gap=ROOM + 4))

    def _choices(self) -> QVBoxLayout:
        """At the right end, one below the other."""
        self.languages = Segments({"zh": lambda: "中文", "en": lambda: "English"}, self._speak)
        self.looks = Segments(
            {
                "auto": lambda: t("跟随系统", "System"),
                "light": lambda: t("浅色", "Light"),
                "dark": lambda: t("深色", "Dark"),
            },
            self._dress,
        )
        say(self, self._show_choices)
        self._bench.news.settings_changed.connect(self._show_choices)
        return column(row(None, self.languages), row(None, self.looks), None, gap=NEAR)

    def _show_choices(self) -> None:
        self.languages.choose(language())
        self.looks.choose(self._bench.house.settings.window.theme)
        self.languages.setAccessibleName(t("语言", "Language"))
        self.looks.setAccessibleName(t("外观", "Look"))

    def _speak(self, wanted: str) -> None:
        set_language("zh" if wanted == "zh" else "en")
        LANGUAGE.changed()
        self._bench.tasks.start(self, save(self._bench, {"language": wanted}), replaces="language")

    def _dress(self, wanted: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        choice: look.Choice = "light" if wanted == "light" else "dark" if wanted == "dark" else "auto"
        look.put_on(app, choice, self._bench.house.home.root / "cache" / "icons")
        self._bench.tasks.start(self, save(self._bench, {"window.theme": wanted}), replaces="look")
