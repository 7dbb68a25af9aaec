"""The sections of the page, and which parts of the settings stand in which."""

from dataclasses import dataclass

from zishu_app.core.setting_parts import Part
from zishu_app.core.settings import Settings, describe, told_of
from zishu_app.core.texts import t
from zishu_app.ui.widgets.labels import Say


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the list. `parts`: the parts of the settings in it; `finds`: words it is found by too."""

    name: str
    icon: str
    title: Say
    parts: tuple[str, ...] = ()
    finds: str = ""


SECTIONS = (
    Section("look", "contrast", lambda: t("外观与语言", "Look and language"), ("language", "window")),
    Section(
        "companion",
        "zishu",
        lambda: t("她", "She herself"),
        ("companion", "memory"),
        "pet desktop accessory hotkey memory login autostart 桌宠 配件 快捷键 记忆 大小 登录 自启动 开机",
    ),
    Section(
        "models",
        "key",
        lambda: t("模型与密钥", "Models and keys"),
        ("teacher",),
        "api key endpoint price gguf download 密钥 接口 价格 模型 下载",
    ),
    Section("dialogue", "make", lambda: t("对话", "Dialogues"), ("dialogue",)),
    Section("distill", "distill", lambda: t("蒸馏", "Distilling"), ("distill",)),
    Section(
        "review",
        "check-circle",
        lambda: t("审阅与数据集", "Review and data set"),
        ("review", "dataset"),
        "judge rubric duplicates criteria 评审 评分 去重",
    ),
    Section(
        "training",
        "curve",
        lambda: t("训练", "Training"),
        ("training",),
        "train learn night school base lora pack torch 学习 夜校 底座 训练组件",
    ),
    Section("requests", "send", lambda: t("请求", "Requests"), ("requests",)),
    Section("worker", "worker", lambda: t("工作进程", "Worker"), ("worker",), "memory process 内存 进程"),
    Section(
        "folders",
        "folder",
        lambda: t("文件夹与下载", "Folders"),
        ("downloads",),
        "home disk size downloads 目录 磁盘 大小",
    ),
    Section("log", "log", lambda: t("日志", "Log"), (), "log errors 日志 错误"),
    Section(
        "about",
        "about",
        lambda: t("关于", "About"),
        (),
        "version licence licenses report training pack torch 版本 许可 报告 训练组件",
    ),
)


def part_of(dotted: str) -> str:
    """The part a setting belongs to; one that stands alone is a part of its own."""
    return dotted.partition(".")[0]


def fields_of(section: Section) -> list[str]:
    """The settings of a section, in their own order; a part no section names is shown in the first."""
    placed = {part for one in SECTIONS for part in one.parts}
    first = section is SECTIONS[0]
    return [
        dotted
        for dotted in describe()
        if part_of(dotted) in section.parts or (first and part_of(dotted) not in placed)
    ]


def holds(dotted: str, words: str) -> bool:
    """Whether a setting is meant by what was typed: all words in its name, titles or helps, in either language."""
    field = describe()[dotted]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    said = (dotted, field.title, field.description, extra.get("zh_title"), extra.get("zh"), *told_of(dotted))
    text = " ".join(str(one) for one in said).lower()
    return all(word in text for word in words.lower().split())


def is_meant(section: Section, words: str) -> bool:
    """Whether a section itself is meant."""
    text = f"{section.name} {section.title()} {section.finds}".lower()
    return all(word in text for word in words.lower().split())


def is_part(name: str) -> bool:
    """Whether a name is a part with settings of its own, and not a setting."""
    annotation = Settings.model_fields[name].annotation
    return isinstance(annotation, type) and issubclass(annotation, Part)
