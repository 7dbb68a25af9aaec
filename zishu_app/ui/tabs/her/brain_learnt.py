"""Brains she has learnt: a row each with what can be done with it, and the door for those that friends give."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QFrame, QLabel, QWidget

from zishu_app.brains.bases_titles import base_title
from zishu_app.brains.learnt import Learnt
from zishu_app.core.texts import t
from zishu_app.studio.giving import Form, forms_of
from zishu_app.training.change import Gate
from zishu_app.ui.follow import say
from zishu_app.ui.removed import RemovedFold, Ways
from zishu_app.ui.tabs.her.around import Around
from zishu_app.ui.tabs.her.brain_deeds import LearntDeeds
from zishu_app.ui.tabs.her.brain_marks import marks_word
from zishu_app.ui.tabs.her.brain_naming import Naming
from zishu_app.ui.tabs.her.brain_stand import Stand
from zishu_app.ui.theme.icons import put_picture
from zishu_app.ui.theme.tokens import GAP, NEAR, ROOM, TIGHT
from zishu_app.ui.told import when
from zishu_app.ui.widgets.bar import Bar
from zishu_app.ui.widgets.buttons import button, icon_button
from zishu_app.ui.widgets.cards import boxed, clear, column, row
from zishu_app.ui.widgets.elided import Elided
from zishu_app.ui.widgets.labels import label, set_kind
from zishu_app.ui.widgets.menu import Offer, open_menu
from zishu_app.ui.widgets.question import Question


@dataclass(frozen=True, slots=True)
class _Seen:
    """A brain and what is to be known of it here."""

    brain: Learnt
    hers: bool
    why_not: str
    #: its training is still there
    run: bool


class LearntCard(QFrame):
    """`use` makes one hers, by what it is asked for by; `renew` looks anew at what there is."""

    def __init__(self, around: Around, use: Callable[[str], object], renew: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._around, self._use = around, use
        self.deeds = LearntDeeds(self, around)
        self.deeds.doing.told.connect(self._tell)
        self.deeds.changed.connect(renew)
        self.naming = Naming(self.deeds)
        self.question = Question()
        self._none = label("soft", _none, wrap=True)
        #: the brain in whose row the keyboard was
        self._keys = ""
        self.rows, self.shown = column(gap=NEAR), list[LearntRow]()
        self.removed = RemovedFold(Ways(self.deeds.bring_back, self.deeds.drop), wide=True)
        self.bar, self.said = Bar(), label("small", wrap=True)
        self.bring = button(
            lambda: t("收下朋友的大脑", "Take in a friend's"), self._ask_folder, icon="upload"
        )
        self.train = button(
            lambda: t("去训练", "To the training"), lambda: around.bench.go("training", None), kind="link"
        )
        inside = column(
            label("lead", lambda: t("她学成的大脑", "Brains she has learnt")),
            self._none,
            self.question,
            self.naming,
            boxed(self.rows),
            self.removed,
            self.bar,
            self.said,
            row(self.bring, self.train, None),
            gap=GAP,
            margin=ROOM,
        )
        self.setLayout(inside)
        say(self, self._tell)

    def show_stand(self, stand: Stand) -> None:
        """Show these."""
        self._keep_keys()
        clear(self.rows)
        self.shown = []
        for brain in stand.learnt:
            hers = stand.is_spec_hers(brain.spec)
            seen = _Seen(brain, hers, stand.why_not_of(brain.spec), brain.run in stand.trainings)
            self.shown.append(LearntRow(seen, self._give, self._open))
            self.rows.addWidget(self.shown[-1])
        self.removed.show_removed(stand.removed, self._around.house.clock.now())
        self._none.setVisible(not stand.learnt)
        self._put_in_order()
        self._tell()
        self._give_keys()

    def _put_in_order(self) -> None:
        """Tab goes through the rows where they stand: rows that come later would stand at the end of the whole window."""
        before: QWidget = self.question.yes
        for one in self.shown:
            for stop in (one.use, one.more):
                QWidget.setTabOrder(before, stop)
                before = stop

    def take(self, folder: Path) -> None:
        """A friend's folder."""
        self.deeds.take(folder)

    def _give(self, brain: Learnt) -> None:
        self.deeds.look_at_gate(brain, lambda gate: self._decide(brain, gate))

    def _decide(self, brain: Learnt, gate: Gate | None) -> None:
        """Where it has lost too much it becomes hers only after an explicit word."""
        if gate is None or gate.offered:
            self._use(brain.spec)
            return

        def do() -> None:
            self.question.close_()
            self._use(brain.spec)

        self.question.ask(
            lambda: t(f"{gate.reason} 还是给她换上吗？", f"{gate.reason} Make it her brain all the same?"),
            lambda: t("还是换上", "All the same"),
            do,
        )

    def _open(self, seen: _Seen, row: "LearntRow") -> None:
        open_menu(row.more, self.offers(seen))

    def offers(self, seen: _Seen) -> list[Offer]:
        """What can be done with one."""
        brain, free = seen.brain, not self.deeds.doing.busy
        learnt = lambda: self._around.bench.go("training", brain.run)  # noqa: E731 - what an entry does
        return [
            Offer(t("改名字", "Rename"), lambda: self.naming.rename(brain), "edit", free),
            Offer(t("记一笔", "Note something"), lambda: self.naming.note(brain), "file-text", free),
            Offer(t("她学了什么", "What she learnt"), learnt, "train", seen.run),
            Offer(
                t("比一比各种形式", "Compare its forms"),
                lambda: self.deeds.compare(brain),
                "compare",
                free and not brain.whole,
            ),
            *(
                Offer(
                    t(f"导出：{name}……", f"Export: {name} …"),
                    lambda form=form: self._ask_target(brain, form),  # type: ignore[misc]
                    "export",
                    free,
                )
                for form, name in forms_of(brain).items()
            ),
            Offer(t("移走", "Remove"), lambda: self.deeds.remove(brain), "trash", free and not seen.hers),
        ]

    def _ask_target(self, brain: Learnt, form: Form) -> None:
        name = f"{brain.id}.gguf" if form == "gguf" else f"{brain.id}-{form}"
        dialog = QFileDialog(self, t("送到哪里", "Where to"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.deeds.export(brain, form, Path(path)))
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, t("朋友给的文件夹", "The folder a friend gave you"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.open()

    def _tell(self) -> None:
        """What is going on."""
        doing, said = self.deeds.doing, self.deeds.doing.said()
        self.said.setText(said)
        set_kind(self.said, "fault" if doing.failed else "small")
        self.said.setVisible(bool(said))
        self.bar.setVisible(doing.busy and doing.share > 0)
        self.bar.set_share(doing.share)
        self.bring.setEnabled(not doing.busy)
        self._keep_keys()
        for one in self.shown:
            one.set_busy(doing.busy)
        if not doing.busy:
            self._give_keys()

    def _keep_keys(self) -> None:
        """A row that is drawn anew or cannot be used for a while does not lose the keyboard."""
        focus = QApplication.focusWidget()
        for one in self.shown:
            if focus is not None and one.isAncestorOf(focus):
                self._keys = one.seen.brain.id

    def _give_keys(self) -> None:
        found = next((one for one in self.shown if one.seen.brain.id == self._keys), None)
        self._keys = ""
        if found is not None:
            (found.more if found.use.isHidden() or not found.use.isEnabled() else found.use).setFocus()


class LearntRow(QFrame):
    """One of them: its name, when it was learnt and on what, how it was examined, what is noted of it, what it lacks."""

    def __init__(
        self,
        seen: _Seen,
        give: Callable[[Learnt], object],
        open_: Callable[[_Seen, "LearntRow"], object],
    ) -> None:
        super().__init__()
        self.setProperty("kind", "well")
        self.seen, brain = seen, seen.brain
        mark = QLabel()
        put_picture(mark, "train", 18, "faint" if seen.why_not else "violet_ink")
        name, self.under = Elided(""), Elided("small")
        for one, text in ((name, brain.name), (self.under, about(brain))):
            one.setText(text)
            one.setProperty("foreign", True)
        words = column(name, self.under, gap=0)
        for kind, text in (
            ("small", marks_word(brain.marks)),
            ("faint", brain.note),
            ("fault", seen.why_not),
        ):
            if text:
                told = label(kind, wrap=True)
                told.setText(text)
                told.setProperty("foreign", True)
                words.addWidget(told)
        self.use = button(lambda: t("给她用", "Give it to her"), lambda: give(brain))
        self.more = icon_button("more", lambda: t("更多", "More"), lambda: open_(seen, self))
        line = row(mark, gap=NEAR)
        line.addLayout(words, 1)
        line.addWidget(label("chip", lambda: t("她的", "Hers")) if seen.hers else self.use)
        line.addWidget(self.more)
        line.setContentsMargins(GAP, NEAR, TIGHT, NEAR)
        self.setLayout(line)
        self.use.setParent(self)
        self.use.setVisible(not seen.hers)
        self.setAccessibleName(f"{brain.name} {about(brain)} {seen.why_not}".strip())
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Whether something is done with one of them."""
        self.use.setEnabled(not busy and not self.seen.why_not)


def about(brain: Learnt) -> str:
    """Whence, when and on what."""
    parts = [] if brain.run else [t("朋友给的", "from a friend")]
    return " · ".join([*parts, when(brain.created), base_title(brain.base)])


def _none() -> str:
    return t(
        "还没有。你认可和改正的话，训练一次，就成了她自己的大脑。",
        "None yet. One training turns what you approved and corrected into a brain of her own.",
    )
