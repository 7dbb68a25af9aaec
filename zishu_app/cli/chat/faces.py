"""Her face on a terminal: a few characters and a word for each feeling."""

from zishu_app.core.texts import t

FACES = {
    "calm": "(・‿・)",
    "happy": "(◕‿◕)",
    "laughing": "(≧▽≦)",
    "shy": "(⁄•ω•⁄)",
    "surprised": "(°o°)",
    "sad": "(╥﹏╥)",
    "angry": "(｀へ´)",
    "thinking": "(・・?)",
    "proud": "(￣▽￣)",
    "sleepy": "(－ω－)zz",
}


def face(emotion: str) -> str:
    """The face of a feeling."""
    return FACES.get(emotion, FACES["calm"])


def word(emotion: str) -> str:
    """A feeling in words."""
    return {
        "calm": t("平静", "calm"),
        "happy": t("开心", "happy"),
        "laughing": t("大笑", "laughing"),
        "shy": t("害羞", "shy"),
        "surprised": t("惊讶", "surprised"),
        "sad": t("难过", "sad"),
        "angry": t("生气", "cross"),
        "thinking": t("思考", "thoughtful"),
        "proud": t("得意", "proud"),
        "sleepy": t("困", "sleepy"),
    }.get(emotion, emotion)
