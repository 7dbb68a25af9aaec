"""The parts of the form beside the scenarios, each with `fill` and `values`."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QLineEdit, QWidget

from zishu_app.core.texts import t
from zishu_app.ui.follow import say
from zishu_app.ui.tabs.make.choices import Choices, folders
from zishu_app.ui.theme.tokens import GAP, NEAR
from zishu_app.ui.widgets.brain_box import BrainBox
from zishu_app.ui.widgets.buttons import Segments, icon_button
from zishu_app.ui.widgets.calm import calm
from zishu_app.ui.widgets.cards import boxed, card, row
from zishu_app.ui.widgets.field import Field
from zishu_app.ui.widgets.labels import Say
from zishu_app.ui.widgets.numbers import MOST, Bounds, Money, Number, Share
from zishu_app.ui.workbench import Workbench

if TYPE_CHECKING:
    from zishu_app.ledger.forecast import Range

Changed = Callable[[], object]

#: what chance is drawn from; some endpoints take a signed number of 32 bits only
SEEDS = 2**31 - 1


class TalkSection:
    """How many, how long, how clumsily typed."""

    def __init__(self, changed: Changed) -> None:
        self.count = Number(_count, Bounds(1, 100_000), changed)
        self.least = Number(_least, Bounds(1, 10_000), changed)
        self.most = Number(_most, Bounds(1, 10_000), changed)
        self.noise = Share(_noise, changed)
        self.fields = {
            "count": Field(_count, self.count),
            "min_rounds": Field(_least, self.least),
            "max_rounds": Field(_most, self.most),
        }
        line = row(gap=GAP)
        for field in self.fields.values():
            line.addWidget(field, 1)
        noise = Field(
            _noise,
            self.noise,
            help_=lambda: t(
                "有这么多条用户消息会带错字，像真人随手打的。",
                "This share of user messages has typing mistakes.",
            ),
        )
        self.card: QFrame = card(line, noise, title=lambda: t("对话", "Dialogues"))

    def fill(self, choices: Choices) -> None:
        """Show choices."""
        self.count.setValue(choices.count)
        self.least.setValue(choices.min_rounds)
        self.most.setValue(choices.max_rounds)
        self.noise.set_share(choices.noise_rate)

    def values(self) -> dict[str, Any]:
        """As `Choices` has them."""
        return {
            "count": self.count.value(),
            "min_rounds": self.least.value(),
            "max_rounds": self.most.value(),
            "noise_rate": self.noise.share,
        }

    def faults(self) -> dict[str, str]:
        """What is wrong at a glance, by the name of the choice."""
        if self.least.value() > self.most.value():
            return {"max_rounds": t("不能少于最少轮数。", "Not below the fewest rounds.")}
        return {}


class BrainSection:
    """Who plays whom. `under`: what stands below the models on the same card."""

    def __init__(self, bench: Workbench, changed: Changed, *under: QWidget) -> None:
        self.model = BrainBox(bench, lambda _: changed(), name=_assistant)
        self.user_model = BrainBox(
            bench,
            lambda _: changed(),
            name=_user,
            same=lambda: t("与助手相同", "The same as the assistant"),
        )
        for box in (self.model, self.user_model):
            calm(box)
        self.fields = {"model": Field(_assistant, self.model), "user_model": Field(_user, self.user_model)}
        self.card: QFrame = card(*self.fields.values(), *under, title=lambda: t("模型", "Models"))

    def fill(self, choices: Choices) -> None:
        """Show choices."""
        self.model.choose(choices.model)
        self.user_model.choose(choices.user_model)

    def values(self) -> dict[str, Any]:
        """As `Choices` has them."""
        return {"model": self.model.spec, "user_model": self.user_model.spec}


class LimitSection:
    """What may be spent, and whether the dialogues are distilled."""

    def __init__(self, changed: Changed) -> None:
        self.tokens = Number(_tokens, Bounds(0, MOST, least=_no_limit), changed)
        self.money = Money(_money, _no_limit, changed)
        self.fields = {"max_tokens": Field(_tokens, self.tokens), "max_cost": Field(_money, self.money)}
        self.distil = QCheckBox()
        self.distil.toggled.connect(lambda _: changed())
        say(
            self.distil,
            lambda: self.distil.setText(
                t("每段写完就蒸馏成短对话", "Distil each dialogue as soon as it is written")
            ),
        )
        line = row(gap=GAP)
        for field in self.fields.values():
            line.addWidget(field, 1)
        self.card: QFrame = card(line, self.distil, title=lambda: t("预算与蒸馏", "Budget and distilling"))

    def allow_money(self, currency: str, reason: str) -> None:
        """The models' currency; or why money cannot be limited."""
        self.money.setEnabled(not reason)
        self.money.setSuffix(f" {currency}" if currency else "")
        self.fields["max_cost"].advise(reason)

    def compare(self, found: "Range") -> None:
        """Say so where a limit is below the least that is expected."""
        tokens = self.tokens.value()
        short = 0 < tokens < found[0].amount.tokens
        self.fields["max_tokens"].advise(_too_little() if short else "")
        micros = found[0].amount.micros or 0
        if self.money.isEnabled():
            self.fields["max_cost"].advise(_too_little() if 0 < self.money.value() * 1e6 < micros else "")

    def fill(self, choices: Choices) -> None:
        """Show choices."""
        self.tokens.setValue(int(choices.max_tokens or 0))
        self.money.setValue(choices.max_cost or 0)
        self.distil.setChecked(choices.distil)

    def values(self) -> dict[str, Any]:
        """As `Choices` has them; a limit that cannot be kept is none."""
        return {
            "max_tokens": self.tokens.value() or None,
            "max_cost": (self.money.value() or None) if self.money.isEnabled() else None,
            "distil": self.distil.isChecked(),
        }


class FolderField(QWidget):
    """The path of a folder, typed or looked for; empty: the usual one."""

    def __init__(self, name: Say, changed: Changed) -> None:
        super().__init__()
        self._name = name
        self.edit = QLineEdit()
        self.edit.textChanged.connect(lambda _: changed())
        say(self.edit, lambda: self.edit.setAccessibleName(name()))
        browse = icon_button("folder-open", lambda: t("选择文件夹", "Choose a folder"), self._browse)
        line = row(gap=NEAR)
        line.addWidget(self.edit, 1)
        line.addWidget(browse)
        self.setLayout(line)
        self.setFocusProxy(self.edit)

    def _browse(self) -> None:
        at = self.edit.text() or self.edit.placeholderText()
        dialog = QFileDialog(self.window(), self._name(), at if Path(at).is_dir() else str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class MoreSection:
    """What few people need: an address, the seed, how many at once, folders."""

    def __init__(self, bench: Workbench, changed: Changed) -> None:
        self._house = bench.house
        self.base_url = QLineEdit()
        self.base_url.setPlaceholderText("http://127.0.0.1:8000/v1")
        self.base_url.textChanged.connect(lambda _: changed())
        self.seed_way = Segments(
            {"chance": lambda: t("随机", "By chance"), "fixed": lambda: t("固定", "Fixed")},
            lambda _: self._turned(),
        )
        self._changed = changed
        self.seed = Number(_seed, Bounds(0, SEEDS), changed)
        self.seed.setGroupSeparatorShown(False)
        self.seed.setMinimumWidth(136)
        self.dice = icon_button("dice", lambda: t("换一个", "Roll the dice"), self._roll)
        self.at_once = Number(_at_once, Bounds(0, 1024, least=lambda: t("自动", "Automatic")), changed)
        self.at_once.setMinimumWidth(136)
        self.talks = FolderField(_talks, changed)
        self.distilled = FolderField(_distilled, changed)
        self.fields = self._fields()
        self.seed_row = boxed(row(self.seed, self.dice, gap=2))
        self.card: QFrame = self._card()

    def _fields(self) -> dict[str, Field]:
        return {
            "base_url": Field(
                lambda: t("自己的接口地址", "Address of an endpoint of your own"),
                self.base_url,
                help_=lambda: t("留空则用模型自己的。", "Leave it empty to use the model's own."),
            ),
            "concurrency": Field(_at_once, self.at_once, within=row(self.at_once, None)),
            "conversation_dir": Field(_talks, self.talks.edit, within=self.talks),
            "distilled_dir": Field(_distilled, self.distilled.edit, within=self.distilled),
        }

    def _card(self) -> QFrame:
        seeds = Field(
            _seed,
            self.seed_way,
            help_=lambda: t(
                "同一个种子，抽到的人物、轮数和错字都一样。",
                "The same seed draws the same people, rounds and mistakes.",
            ),
            within=row(self.seed_way, self.seed_row, None, gap=GAP),
        )
        return card(
            self.fields["base_url"],
            seeds,
            self.fields["concurrency"],
            self.fields["conversation_dir"],
            self.fields["distilled_dir"],
        )

    def fill(self, choices: Choices) -> None:
        """Show choices."""
        self.base_url.setText(choices.base_url)
        self.seed_way.choose("chance" if choices.seed is None else "fixed")
        if choices.seed is not None:
            self.seed.setValue(min(int(choices.seed), SEEDS))
        elif not self.seed.value():
            self.seed.setValue(secrets.randbelow(SEEDS))
        self.seed_row.setVisible(choices.seed is not None)
        self.at_once.setValue(choices.concurrency)
        usual = folders(self._house, Choices("zh", "", "", "", 1, 1, 1, 0.0, 0))
        for field, text, path in (
            (self.talks, choices.conversation_dir, usual[0]),
            (self.distilled, choices.distilled_dir, usual[1]),
        ):
            field.edit.setText(text)
            field.edit.setPlaceholderText(str(path))

    def tell_at_once(self, talks: int) -> None:
        """Say what automatic means with this model."""
        automatic = t(f"自动：这个模型同时 {talks} 段。", f"Automatic: {talks} at once with this model.")
        self.fields["concurrency"].advise("" if self.at_once.value() else automatic)

    def values(self) -> dict[str, Any]:
        """As `Choices` has them."""
        return {
            "base_url": self.base_url.text().strip(),
            "seed": self.seed.value() if self.seed_way.value == "fixed" else None,
            "concurrency": self.at_once.value(),
            "conversation_dir": self.talks.edit.text().strip(),
            "distilled_dir": self.distilled.edit.text().strip(),
        }

    def _turned(self) -> None:
        self.seed_row.setVisible(self.seed_way.value == "fixed")
        self._changed()

    def _roll(self) -> None:
        self.seed.setValue(secrets.randbelow(SEEDS))


def _count() -> str:
    return t("几段", "How many")


def _least() -> str:
    return t("最少轮数", "Fewest rounds")


def _most() -> str:
    return t("最多轮数", "Most rounds")


def _noise() -> str:
    return t("错字", "Typing mistakes")


def _assistant() -> str:
    return t("扮演助手，并负责蒸馏", "Plays the assistant, and distils")


def _user() -> str:
    return t("扮演用户", "Plays the user")


def _tokens() -> str:
    return t("最多 token", "Most tokens")


def _money() -> str:
    return t("最多花费", "Most money")


def _no_limit() -> str:
    return t("不限", "No limit")


def _too_little() -> str:
    return t("低于预计的最少用量，到上限就会停下。", "Below the least expected: it will stop there.")


def _seed() -> str:
    return t("随机种子", "Seed")


def _at_once() -> str:
    return t("同时几段", "Dialogues at once")


def _talks() -> str:
    return t("对话存到", "Folder for dialogues")


def _distilled() -> str:
    return t("蒸馏结果存到", "Folder for distillates")
