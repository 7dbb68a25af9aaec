"""What can be wrong with samples before a minute is spent on training: each said in a sentence, with what to do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zishu_app.core.texts import counted, t
from zishu_app.worker.training.template import Template


@dataclass(frozen=True, slots=True)
class Fault:
    """Something is wrong."""

    code: str
    message: str
    hint: str
    #: nothing may be trained like this. Else it is told, and the sample is left out or shorter
    stops: bool = True

    def __str__(self) -> str:
        return f"{self.message}{t('', ' ')}{self.hint}"


def refused(message: str, hint: str) -> Fault:
    """The template does not take this talk."""
    return Fault("refused", message, hint)


def nothing_learnt() -> Fault:
    """No message is to be learnt from."""
    return Fault(
        "nothing_learnt",
        t("没有一个 token 会被学习。", "No token would be learnt."),
        t(
            "样本里至少要有一条要学习的助手消息（loss 不为 false）。",
            "A sample needs a message of the assistant that is to be learnt from (loss is not false).",
        ),
        stops=False,
    )


def too_long(longest: int, needed: int) -> Fault:
    """Not even the first reply fits."""
    return Fault(
        "too_long",
        t(
            f"第一条要学习的回复到第 {needed} 个 token 才结束，而上限是 {longest}：整个样本都学不到。",
            f"The first reply to learn from ends at token {needed}, and the limit is {longest}: nothing of it is learnt.",
        ),
        t("调大 longest，或缩短前面的消息。", "Raise longest, or shorten what stands before."),
        stops=False,
    )


def shortened(messages: int, tokens: int) -> Fault:
    """What lies beyond the longest sample is cut away."""
    return Fault(
        "shortened",
        t(
            f"超过上限，从一轮的末尾截断：少了 {messages} 条消息、{tokens} 个 token。",
            f"Too long, cut at the end of a turn: without {counted(messages, 'message')}, {counted(tokens, 'token')}.",
        ),
        t("调大 longest 可保留全文。", "Raise longest to keep all of it."),
        stops=False,
    )


def no_end() -> Fault:
    """She would never stop to speak."""
    return Fault(
        "no_end",
        t(
            "回复后面没有结束 token，学了也停不下来。",
            "No end token follows a reply: she would not learn to stop.",
        ),
        t(
            "这个对话模板不适合训练：换一个，或在模板里给助手消息加上结束 token。",
            "This chat template is not made for training: use another, or let it end messages of the assistant with one.",
        ),
    )


def drops_reasoning() -> Fault:
    """What she thought is not in the text, and she would learn to answer without it."""
    return Fault(
        "drops_reasoning",
        t(
            "对话模板会丢掉较早回复里的思考过程（<think>）。",
            "The template drops earlier reasoning: <think> of a reply to learn from is not in the text.",
        ),
        t(
            "只从最后一条回复学习（其余设 loss 为 false），或去掉思考过程，或换用保留思考的模板。",
            "Learn from the last reply only (loss: false for the others), leave reasoning out, or use a template that keeps it.",
        ),
    )


def rewritten() -> Fault:
    """What stands in the text is not what she said."""
    return Fault(
        "rewritten",
        t(
            "对话模板改写了对话，找不到要学习的回复。",
            "The template rewrites the talk: a reply to learn from is not found in it as it was said.",
        ),
        t("换一个对话模板或基座模型。", "Use another chat template or base."),
    )


def foreign() -> Fault:
    """She would learn to speak as the user."""
    return Fault(
        "foreign",
        t("要学习的部分混进了别人的话。", "What would be learnt holds what somebody else said."),
        t("换一个对话模板或基座模型。", "Use another chat template or base."),
    )


def double_bos(bos: str) -> Fault:
    """It begins twice, which no text does that the base has read."""
    return Fault(
        "double_bos",
        t(f"文本开头有两个 {bos}。", f"The text begins with {bos} twice."),
        t(
            "对话模板自己会加：从模板里去掉多余的一个。",
            "Take one of them out of the chat template.",
        ),
    )


def pads_with_end(template: Template) -> Fault | None:
    """No harm here, where padding is told by its place and not by its token; other trainers are not so careful."""
    if not template.pad or template.pad != template.eos:
        return None
    return Fault(
        "pads_with_end",
        t(
            f"这个基座用结束 token {template.eos} 来填充。",
            f"This base fills up with its end token {template.eos}.",
        ),
        t(
            "这里不受影响：填充按位置排除，结束 token 照常学习。用别的训练工具时请另设填充 token。",
            "No harm here: padding is left out by its place, and the end is learnt. In other trainers set another one.",
        ),
        stops=False,
    )


def other_template(template: Template, sha256: str) -> Fault | None:
    """Whether what was learnt or exported before (`sha256`) was written by another template."""
    if not sha256 or template.sha256 == sha256:
        return None
    return Fault(
        "other_template",
        t(
            f"对话模板与导出时的不同（{template.sha256[:8]}，当时是 {sha256[:8]}）。",
            f"The chat template is not the exported one ({template.sha256[:8]}, and it was {sha256[:8]}).",
        ),
        t(
            "换回当时的基座文件夹，或从头训练并重新导出。",
            "Use the folder of the base as it was then, or train anew and export again.",
        ),
    )


def together(found: Iterable[Sequence[Fault]]) -> list[Fault]:
    """The faults of many samples, each said once with the number of samples that have it. Those that stop come first."""
    first: dict[str, Fault] = {}
    times: Counter[str] = Counter()
    number = 0
    for faults in found:
        number += 1
        for fault in faults:
            first.setdefault(fault.code, fault)
        times.update({fault.code for fault in faults})
    said = [_of_many(fault, times[code], number) for code, fault in first.items()]
    return sorted(said, key=lambda one: not one.stops)


def _of_many(fault: Fault, times: int, number: int) -> Fault:
    if number == 1:
        return fault
    message = t(
        f"{number:,} 个样本中的 {times:,} 个：{fault.message}",
        f"{times:,} of {counted(number, 'sample')}: {fault.message}",
    )
    return Fault(fault.code, message, fault.hint, fault.stops)
