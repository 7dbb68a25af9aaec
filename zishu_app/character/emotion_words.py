"""The feelings in words, wherever one is named to a person."""

from zishu_app.core.texts import t


def emotion_word(emotion: str) -> str:
    """A feeling of `manifest.EMOTIONS`; another one as it is called."""
    return {
        "calm": t("平静", "calm"),
        "happy": t("开心", "happy"),
        "laughing": t("大笑", "laughing"),
        "shy": t("害羞", "shy"),
        "surprised": t("惊讶", "surprised"),
        "sad": t("难过", "sad"),
        "angry": t("生气", "cross"),
        "thinking": t("若有所思", "thoughtful"),
        "proud": t("得意", "proud"),
        "sleepy": t("困", "sleepy"),
    }.get(emotion, emotion)
