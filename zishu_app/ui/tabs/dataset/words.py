"""Shares, sizes and times of the page, in words; what samples are called stands in dataset/words."""

from zishu_app.core.texts import counted, duration, t

#: the colour of each verdict: a name of theme/tokens
TOKENS = {"accepted": "good", "pending": "wash_strong", "rejected": "bad", "removed": "faint"}


def percent(part: int, whole: int) -> str:
    """12 %, < 1 %; of nothing it is nothing."""
    if not part or not whole:
        return "0 %"
    share = 100 * part / whole
    return "< 1 %" if share < 1 else f"{share:.0f} %"


def short_hash(hashed: str) -> str:
    """As much of a hash as people compare."""
    return hashed.removeprefix("sha256:")[:12]


def time_left(done: int, total: int, seconds: float) -> str:
    """How long it will take from here, once that can be said."""
    if seconds < 1.5 or not done or done >= total:
        return ""
    left = duration(seconds * (total - done) / done)
    return t(f"还要 {left}", f"{left} left")


def bytes_word(size: int) -> str:
    """A size for people."""
    for unit, word in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:,.1f} {word}"
    return t(f"{size} 字节", counted(size, "byte"))


def share_word(share: float) -> str:
    """87 %, rounded down: what is nearly the same is never at 100 %."""
    return f"{int(share * 100 + 1e-9)} %"
