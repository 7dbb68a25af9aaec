"""The settings, part by part, each with what a form and a help text say of it in both languages."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zishu_app.core.texts import t

Share = Annotated[float, Field(ge=0, le=1)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Count = Annotated[int, Field(ge=1)]


def field(
    zh_title: str, en_title: str, zh: str, en: str, shown: Mapping[str, Any] | None = None, **limits: Any
) -> Any:
    """A setting as a form shows it: title and help in both languages.

    `shown`: "kind" ("model" or "file", where it is more than text); "least" and "empty": what the lowest number
    and an empty text mean, in Chinese and in English.
    """
    extra = {"zh_title": zh_title, "zh": zh, **(shown or {})}
    return Field(title=en_title, description=en, json_schema_extra=extra, **limits)


class Part(BaseModel):
    """What all sections have in common: unknown names are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Teacher(Part):
    """The models that teach."""

    model: str = field(
        "老师模型",
        "Teaching model",
        "扮演助手，并负责蒸馏。填接口、接口/模型，或 .gguf 文件",
        "Plays the assistant, and distils: endpoint, endpoint/model or a .gguf file",
        {"kind": "model"},
    )
    user_model: str = field(
        "扮演用户的模型",
        "Model of the user's side",
        "扮演用户；留空则与老师模型相同",
        "Plays the user; empty: the same model",
        {"kind": "model", "empty": ("与老师模型相同", "The teaching model")},
    )
    base_url: str = field(
        "另一个地址",
        "Another address",
        "代替目录里的接口地址；留空则用目录里的",
        "Another address for the endpoint; empty: the one in the catalog",
        {"empty": ("目录里的地址", "The one in the catalog")},
    )


class Requests(Part):
    """How calls are made."""

    timeout_s: float = field(
        "等待上限",
        "Patience",
        "多少秒收不到一个字节就算失败",
        "Seconds without a byte after which a call has failed",
        gt=0,
    )
    max_retries: int = field(
        "重试次数",
        "Retries",
        "失败的请求最多再试几次",
        "How often a failed call is tried again",
        ge=0,
        le=20,
    )
    retry_delay_s: float = field(
        "重试前的等待",
        "Wait before a retry",
        "第一次重试前等多少秒，之后每次加倍",
        "Seconds before the first retry; doubles each time",
        ge=0,
        le=60,
    )


class Dialogue(Part):
    """Two AIs talk."""

    num_conversations: Count = field(
        "对话数量", "Dialogues", "一次生成多少场对话", "How many dialogues are made"
    )
    min_rounds: Count = field(
        "最少轮数",
        "Fewest rounds",
        "一场对话至少几轮（一问一答算一轮）",
        "A round is one message and its answer",
    )
    max_rounds: Count = field(
        "最多轮数", "Most rounds", "到这里，对话一定已经收尾", "By then every dialogue has come to its end"
    )
    noise_rate: Share = field(
        "打错字的比例",
        "Typing mistakes",
        "多大比例的用户消息里至少有一处打字错误",
        "Share of user messages with at least one typing mistake",
    )
    user_temperature: Temperature = field(
        "用户一方的温度",
        "Temperature of the user's side",
        "越高越随性，越低越稳",
        "The higher, the livelier; the lower, the steadier",
    )
    assistant_temperature: Temperature = field(
        "助手一方的温度",
        "Temperature of the assistant's side",
        "越高越随性，越低越稳",
        "The higher, the livelier; the lower, the steadier",
    )
    user_max_tokens: Count = field(
        "用户消息的长度上限",
        "Longest message of the user's side",
        "用户一方每条消息最多多少 tokens",
        "In tokens, for each message",
    )
    assistant_max_tokens: Count = field(
        "助手回答的长度上限",
        "Longest answer of the assistant's side",
        "助手一方每次回答最多多少 tokens",
        "In tokens, for each answer",
    )
    history_tokens: int = field(
        "能看到的历史",
        "History in sight",
        "每一方最多能看到多少 tokens 的历史，更早的会写成摘要",
        "Most tokens of history a side sees; what is older is summarised",
        ge=200,
    )
    concurrency: int = field(
        "同时进行的对话",
        "Dialogues at once",
        "同时进行多少场；越多越快，但太多会被接口限流",
        "The more, the faster, until the endpoint slows them down",
        {"least": ("按接口允许的数量", "As the endpoint allows")},
        ge=0,
        le=1024,
    )

    @model_validator(mode="after")
    def _rounds_in_order(self) -> Self:
        if self.min_rounds > self.max_rounds:
            raise ValueError(
                t(
                    f"min_rounds（{self.min_rounds}）大于 max_rounds（{self.max_rounds}）",
                    f"min_rounds ({self.min_rounds}) is above max_rounds ({self.max_rounds})",
                )
            )
        return self


class Distill(Part):
    """Long talks become short ones."""

    max_tokens: int = field(
        "每块的长度", "Length of a chunk", "每块最多多少 tokens", "Most tokens of a chunk", ge=50
    )
    overlap_tokens: int = field(
        "块之间的重叠",
        "Overlap",
        "相邻两块重叠多少 tokens，前后才接得上",
        "Tokens of overlap between two chunks",
        ge=0,
    )
    max_turns: Count = field(
        "每块的轮数",
        "Rounds of a chunk",
        "按轮数切分时，每块多少轮",
        "Rounds of a chunk when splitting by turns",
    )
    split_method: Literal["tokens", "turns"] = field(
        "切分方式", "Splitting", "长对话按长度切，还是按轮数切", "How talks are split"
    )
    temperature: Temperature = field(
        "蒸馏的温度",
        "Temperature of distilling",
        "越低越忠于原文",
        "The lower, the closer to the talk",
    )
    max_output_tokens: Count = field(
        "结果的长度上限",
        "Longest result",
        "每块的蒸馏结果最多多少 tokens",
        "In tokens, for each chunk",
    )

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.overlap_tokens >= self.max_tokens:
            raise ValueError(
                t(
                    f"overlap_tokens（{self.overlap_tokens}）必须小于 max_tokens（{self.max_tokens}）",
                    f"overlap_tokens ({self.overlap_tokens}) must be below max_tokens ({self.max_tokens})",
                )
            )
        return self


class Dataset(Part):
    """What may teach her: samples, how they are cleaned, how they are frozen."""

    near_duplicates: float = field(
        "近似重复的门槛",
        "Near duplicates",
        "两个样本的文字有多大比例相同，就算近似重复",
        "Share of text two samples have in common from which they count as near duplicates",
        ge=0.3,
        le=1,
    )
    alike: float = field(
        "意思相近的门槛",
        "Alike in meaning",
        "有向量模型时：两个样本的余弦相似度到多少算重复",
        "With an embedding model: cosine similarity from which two samples count as duplicates",
        ge=0.5,
        le=1,
    )
    embedding_model: str = field(
        "向量模型",
        "Embedding model",
        "用来比较意思的模型，填接口/模型或 .gguf 文件；留空则只比较文字",
        "Compares meanings: endpoint/model or a .gguf file; empty: only texts are compared",
        {"kind": "model", "empty": ("不用", "None")},
    )
    shortest: int = field(
        "最短的样本",
        "Shortest sample",
        "助手说的话少于多少个字算太短",
        "Characters of the assistant below which a sample counts as too short",
        ge=0,
    )
    longest: int = field(
        "最长的样本",
        "Longest sample",
        "整个样本超过多少个字算太长",
        "Characters of a whole sample above which it counts as too long",
        ge=100,
    )
    eval_share: float = field(
        "评估部分",
        "Kept for evaluation",
        "冻结时留出多大比例用来评估，按整段对话划分",
        "Share of whole conversations kept for evaluation when a version is frozen",
        ge=0,
        le=0.5,
    )
    licence: str = field(
        "数据集的许可证",
        "Licence of the data set",
        "写进冻结版本的卡片，例如 CC-BY-4.0；由你决定，程序不会替你猜",
        "Stands in the card of a frozen version, e.g. CC-BY-4.0; it is yours to choose, nothing is guessed",
        {"empty": ("没有说明", "Not stated")},
    )


class Review(Part):
    """A person decides, models may help."""

    reviewer: str = field(
        "审阅者",
        "Reviewer",
        "记在每个决定旁边的名字",
        "The name written beside every decision",
        {"empty": ("我", "me")},
    )
    criteria: str = field(
        "评分标准",
        "Criteria",
        "按这些标准打 1–5 分，用逗号分开；可以写自己的",
        "Rated 1 to 5, with commas between them; own ones are welcome",
    )
    reasons: str = field(
        "自己的退回理由",
        "Own reasons to reject",
        "加在理由列表后面，用逗号分开",
        "Added to the list of reasons, with commas between them",
        {"empty": ("没有", "None")},
    )
    judges: str = field(
        "评审模型",
        "Judging models",
        "一个或几个接口/模型，用逗号分开；加 =2 表示权重为 2；留空则不用",
        "One or more endpoint/model, with commas between them; =2 gives double weight; empty: none",
        {"empty": ("不用", "None")},
    )
    refine_below: float = field(
        "低于几分就让老师改",
        "Improve below",
        "评审分低于它时，可以把缺点交给老师模型重写",
        "Below this mark of the judges the teacher may write the sample anew",
        ge=1,
        le=5,
    )
    refine_rounds: int = field(
        "最多改几轮",
        "Rounds of improving",
        "分数提高、检查通过，改写才会保留",
        "What is written anew is kept only where the mark rises and the checks pass",
        ge=0,
        le=2,
    )


class Worker(Part):
    """The processes that hold local models."""

    python: str = field(
        "Python 解释器",
        "Python interpreter",
        "用哪个 Python 运行本机模型；留空则用程序自己的",
        "Python that runs them; empty: the one that runs the program",
        {"kind": "file", "empty": ("程序自己的 Python", "The program's own Python")},
    )
    idle_s: float = field(
        "闲置多久后退出",
        "Idle time",
        "工作进程闲置多少秒后自动退出，把内存还给系统",
        "Seconds after which an unused lane is let go",
        gt=0,
    )
    slots: int = field(
        "同时回答的请求",
        "Answers at once",
        "一个本机模型同时回答多少个请求",
        "Requests a local model answers at once",
        ge=1,
        le=64,
    )
    threads: int = field(
        "线程数",
        "Threads",
        "本机模型用多少线程计算；少几个，电脑用起来更顺",
        "Threads a local model computes with; fewer leave room for other programs",
        {"least": ("所有核心", "All cores")},
        ge=0,
        le=1024,
    )
    gpu_layers: int = field(
        "放到显卡上的层数",
        "Layers on the graphics card",
        "放得越多越快；一层也不放，就不用显卡",
        "The more, the faster; with none the card is not used",
        {"least": ("能放多少放多少", "All that fit")},
        ge=-1,
    )


class Downloads(Part):
    """Model files."""

    prefer: Literal["hub", "mirror"] = field(
        "下载来源",
        "Downloads from",
        "下载模型时先找哪里；在中国大陆选镜像更快",
        "Which is asked first for model files; in mainland China the mirror is faster",
    )


class Window(Part):
    """The window."""

    theme: Literal["auto", "light", "dark"] = field(
        "外观", "Look", "浅色、深色，或跟随系统", "Light, dark, or as the system has it"
    )
