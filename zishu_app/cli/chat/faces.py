"""Her face on a terminal: a few characters for each feeling."""

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
