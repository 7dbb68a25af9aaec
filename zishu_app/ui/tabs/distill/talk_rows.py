"""The talks of a run as rows."""

from collections.abc import Iterable

from zishu_app.core.texts import t
from zishu_app.ui.tabs.distill.run_state import TalkLine
from zishu_app.ui.tabs.distill.sources import bare
from zishu_app.ui.widgets.rows import Row, Tone

TONES: dict[str, Tone] = {
    "waiting": "plain",
    "working": "violet",
    "done": "good",
    "before": "good",
    "failed": "bad",
    "left": "plain",
}


def talk_row(line: TalkLine, *, live: bool) -> Row:
    """One talk, with its progress while the run goes on."""
    failed = line.state == "failed"
    reason = bare(line.reason, line.source)
    under = reason if failed else line.source.name
    if line.flagged:
        under = t(
            f"{line.flagged} 处没有按格式回答，原样保留", f"{line.flagged} not in form, kept as they were"
        )
    icon = "warning" if failed else "file-text" if line.state in ("done", "before") else "file"
    hint = "\n".join(part for part in (str(line.source), reason, line.hint) if part)
    tone: Tone = "warn" if line.flagged else TONES[line.state]
    progress = line.share if live and line.number else None
    return Row(line.key, line.name, under, "", state_word(line), tone, progress, icon, hint)


def state_word(line: TalkLine) -> str:
    """The state of one talk."""
    if line.state == "working":
        if line.done >= line.chunks:
            return t("写总结中", "summing up")
        return t(f"{line.done}/{line.chunks} 块", f"{line.done}/{line.chunks} chunks")
    if line.flagged and line.state == "done":
        return t(f"完成，{line.flagged} 处存疑", f"done, {line.flagged} flagged")
    return {
        "waiting": t("等待", "waiting"),
        "done": t("完成", "done"),
        "before": t("之前做过", "done before"),
        "failed": t("失败", "failed") if line.number else t("读不了", "unreadable"),
        "left": _left(line),
    }[line.state]


def _left(line: TalkLine) -> str:
    if line.chunks and line.done:
        return t(f"停在 {line.done}/{line.chunks} 块", f"{line.done}/{line.chunks} chunks")
    return t("没做完", "not done")


def matching(lines: Iterable[TalkLine], words: str) -> list[TalkLine]:
    """Those in whose name, file or reason all the words occur."""
    wanted = words.casefold().split()
    # files that cannot be read stand first, where they are seen
    return [
        line
        for line in sorted(lines, key=lambda line: line.number > 0)
        if all(word in f"{line.name}\n{line.source.name}\n{line.reason}".casefold() for word in wanted)
    ]
