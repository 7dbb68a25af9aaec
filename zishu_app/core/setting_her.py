"""The settings of her on the desktop and of what she remembers; see core/setting_parts."""

from typing import Literal

from zishu_app.core.setting_parts import Part, field


class Companion(Part):
    """She herself, on the desktop."""

    shown: bool = field(
        "在桌面上",
        "On the desktop",
        "打开程序时她就在桌面上",
        "She is on the desktop when the program is open",
    )
    character: str = field(
        "角色",
        "Character",
        "桌面上的角色，也可以是自己装的角色包",
        "Who lives on the desktop; one of your own packs too",
        {"kind": "character"},
    )
    brain: str = field(
        "她的大脑",
        "Her brain",
        "她用哪个模型说话；留空则用老师模型，没有密钥时用内置模型",
        "The model she speaks with; empty: the teaching model, or the built-in one where that has no key",
        {"kind": "model", "empty": ("与老师模型相同", "The teaching model")},
    )
    user_name: str = field(
        "怎么称呼你",
        "Your name",
        "她怎么称呼你；留空则说“你”",
        "What she calls you; empty: just you",
        {"empty": ("你", "you")},
    )
    language: Literal["auto", "zh", "en"] = field(
        "她说的语言", "Her language", "她用什么语言说话", "The language she speaks in"
    )
    accessory: str = field(
        "配件",
        "Accessory",
        "她戴着的配件，也可以是自己做的",
        "What she wears; one of your own too",
        {"kind": "wear"},
    )
    size: float = field(
        "大小", "Size", "她有多大，1 是原大", "How large she is; 1 is her full size", ge=0.2, le=2
    )
    on_top: bool = field("总在最前", "Always on top", "她不会被窗口挡住", "No window covers her")
    gravity: bool = field(
        "重力", "Gravity", "松手后轻轻落下，也可以抛", "She falls gently when let go, and can be thrown"
    )
    hide_for_full_screen: bool = field(
        "全屏时躲开",
        "Hide for full screen",
        "全屏看片、演示或游戏时躲起来",
        "She hides from films, talks and games",
    )
    talks_first: Literal["off", "rare", "normal", "lively"] = field(
        "主动说话",
        "Talks first",
        "她多久主动说一次话；全屏和勿扰时从不",
        "How often she begins a talk; never in full screen or when not to be disturbed",
    )
    wears_by_talk: bool = field(
        "随话题换配件",
        "Changes by the talk",
        "聊到相关的话题时自己换配件",
        "She changes what she wears by the talk",
    )
    hotkey: str = field(
        "快捷键",
        "Hotkey",
        "随时跟她说话的全局快捷键；留空则没有",
        "Opens the talk with her from anywhere; empty: none",
        {"empty": ("没有", "None")},
    )
    through_hotkey: str = field(
        "穿透快捷键",
        "Click-through hotkey",
        "让鼠标穿过她，再按一次恢复；留空则没有",
        "Lets the mouse through her, and back again; empty: none",
        {"empty": ("没有", "None")},
    )


class Memory(Part):
    """What she remembers."""

    remembers: bool = field(
        "记住新的事",
        "Remembers",
        "从聊天里记住关于你的事；关掉后旧的记忆仍在",
        "Keeps what she learns of you; switched off, what she knows stays",
    )
    endpoint_reads: bool = field(
        "向量接口可读记忆",
        "The endpoint may read memories",
        "仅当所选的向量模型是网络接口时有用：打开后，她记下的每一句和你对她说的每一句都会发给提供该接口的人，用来比较意思；"
        "关着时只用本机的模型比较，不为此发出任何内容",
        "Matters only where the embedding model is an endpoint. On: every sentence she notes and every sentence you say to"
        " her is sent to whoever runs that endpoint, to be compared by meaning. Off: a model on this computer compares"
        " them, and nothing is sent out for it",
    )
    recall_tokens: int = field(
        "回忆的长度",
        "Recall",
        "每次回答最多带上多少 tokens 的记忆",
        "Most tokens of memories in one answer",
        ge=0,
        le=8000,
    )
    window_tokens: int = field(
        "记得的对话",
        "Talk in mind",
        "每次回答最多带上多少 tokens 的最近对话，更早的写成摘要",
        "Most tokens of the latest talk in one answer; what is older is summarised",
        ge=200,
        le=100_000,
    )
