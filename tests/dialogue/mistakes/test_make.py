import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.core.texts import Language
from zishu_app.dialogue.mistakes import chinese, english
from zishu_app.dialogue.mistakes.guard import meaning, untouchable
from zishu_app.dialogue.mistakes.make import Marred, make_mistakes, prepare, restore

CHINESE = [
    "我觉得这部电影的导演挺厉害的，你看过他的其他作品吗？",
    "请问一下，怎么在手机上安装这个软件啊？",
    "其实我已经试过好几次了，可是结果还是一样。",
    "她跑得很快，慢慢地就超过了大家。",
    "你叫什么名字？",
    "那你现在在哪里工作呢？",
    "为什么我的电脑这么慢，能帮我看看吗？",
    "我刚才跟他说了，他好像有点生气。",
    "晚上一起吃饭吧，我请客。",
    "这个机器人真的很聪明啊！",
    "我想学习怎么训练模型，你觉得应该从哪里开始？",
    "她把牛奶放在桌子上，就去上班了。",
]
ENGLISH = [
    "Their house is bigger than ours, isn't it?",
    "I think it's too late to change my mind.",
    "She goes to an interview tomorrow and I hope it works.",
    "There are so many options that I really want a better explanation.",
    "You're right, that's exactly what I was looking for.",
    "My friend's dog always wakes me up early in the morning.",
    "We definitely want to receive a good recommendation.",
    "He has a problem with the keyboard.",
]
HARD = [
    "用Python 3.11跑train.py，报TypeError：`x is None`，怎么办？",
    "看https://a.com/wiki/北京 或者发邮件到me@b.cn，我叫小明。",
    "第三次了，我不知道花了多少钱，大概4.94亿美元。",
    "《千与千寻》你看过没有？“很好看”啊😀",
    "Run `pip install x` in New York at 5 pm, my name is alice.",
    'He said "see you" and never came back on 3/4.',
    "",
    " ",
    "\n",
    "好",
    "ok",
    "😀👍🏽",
    "……",
]
TEXTS = st.lists(
    st.one_of(st.sampled_from([*CHINESE, *ENGLISH, *HARD]), st.text(max_size=30)), min_size=1, max_size=5
).map("".join)
LANGUAGES = st.sampled_from(["zh", "en"])
SEEDS = st.integers(0, 2**31 - 1)


@pytest.fixture(scope="module", autouse=True)
def _lexicon() -> None:
    prepare("zh")


@given(text=TEXTS, language=LANGUAGES, seed=SEEDS)
@settings(deadline=None, max_examples=300)
def test_the_clean_text_comes_back_exactly(text: str, language: Language, seed: int) -> None:
    marred = make_mistakes(text, language=language, seed=seed)
    assert restore(marred.text, marred.mistakes) == text
    assert (marred.text != text) == bool(marred.mistakes)
    assert restore(marred.text, reversed(marred.mistakes)) == text


@given(text=TEXTS, language=LANGUAGES, seed=SEEDS)
@settings(deadline=None, max_examples=200)
def test_mistakes_are_in_order_apart_and_tell_every_difference(
    text: str, language: Language, seed: int
) -> None:
    marred = make_mistakes(text, language=language, seed=seed)
    before = place = 0
    for mistake in marred.mistakes:
        assert before <= mistake.start <= mistake.end <= len(marred.text)
        assert marred.text[mistake.start : mistake.end] != mistake.original
        same = marred.text[before : mistake.start]
        assert text[place : place + len(same)] == same
        place += len(same) + len(mistake.original)
        before = mistake.end
    assert text[place:] == marred.text[before:]


@given(
    text=TEXTS,
    language=LANGUAGES,
    seed=SEEDS,
    protected=st.sampled_from([(), ("导演", "House"), ("电脑", "tomorrow")]),
)
@settings(deadline=None, max_examples=300)
def test_the_untouchable_stands_as_it_stood(
    text: str, language: Language, seed: int, protected: tuple[str, ...]
) -> None:
    marred = make_mistakes(text, language=language, seed=seed, protected=protected)
    assert meaning(marred.text) == meaning(text)
    for start, end in untouchable(text, protected):
        moved = moved_by(marred, start)
        assert marred.text[start + moved : end + moved] == text[start:end]


def moved_by(marred: Marred, place: int) -> int:
    """How far what stood at `place` of the clean text has moved."""
    moved = 0
    for mistake in marred.mistakes:
        if mistake.start - moved < place or (mistake.start - moved == place and not mistake.original):
            moved += mistake.end - mistake.start - len(mistake.original)
    return moved


@given(text=TEXTS, language=LANGUAGES, seed=SEEDS)
@settings(deadline=None, max_examples=100)
def test_the_same_seed_gives_the_same(text: str, language: Language, seed: int) -> None:
    assert make_mistakes(text, language=language, seed=seed) == make_mistakes(
        text, language=language, seed=seed
    )


def kinds_of(texts: list[str], language: Language, seeds: int) -> set[str]:
    return {
        mistake.kind
        for seed in range(seeds)
        for text in texts
        for mistake in make_mistakes(text, language=language, seed=seed).mistakes
    }


def test_every_kind_is_met() -> None:
    assert kinds_of(CHINESE, "zh", 60) == set(chinese.RULES)
    assert kinds_of(ENGLISH, "en", 60) == set(english.RULES)


def outcomes(text: str, language: Language, kind: str) -> set[str]:
    """Every text that one mistake of `kind` makes of `text`."""
    made = (make_mistakes(text, language=language, seed=seed) for seed in range(500))
    return {one.text for one in made if [mistake.kind for mistake in one.mistakes] == [kind]}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("这件事情因为你", "homophone_word", "这件事情应为你"),
        ("我知道了", "homophone_character", "我知到了"),
        ("你在说什么", "homophone_character", "你再说什么"),
        ("晚上再聊", "near_pinyin", "网上再聊"),
        ("我折了手", "similar_shape", "我拆了手"),
        ("来杯蜂蜜", "swapped_characters", "来杯蜜蜂"),
        ("我的觉得很好", "missing_character", "我觉得很好"),
        ("我的朋友", "doubled_character", "我的的朋友"),
        ("他跑得快", "de", "他跑的快"),
        ("你吃过饭吗", "wrong_particle", "你吃过饭嘛"),
        ("你吃过饭吗", "missing_particle", "你吃过饭"),
        ("你叫什么名字？", "extra_particle", "你叫什么名字吗？"),
        ("明天见。", "missing_end_punctuation", "明天见"),
        ("好的，明天见", "space_for_comma", "好的 明天见"),
    ],
)
def test_chinese_kinds_do_what_their_name_says(text: str, kind: str, expected: str) -> None:
    assert expected in outcomes(text, "zh", kind)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("think again", "keyboard_neighbour", "thonk again"),
        ("my letter", "doubled_letter", "my letterr"),
        ("really", "missing_letter", "realy"),
        ("start", "swapped_letters", "statr"),
        ("weird", "misspelling", "wierd"),
        ("that was a lot", "misspelling", "that was alot"),
        ("Their dog", "confused_word", "There dog"),
        ("go to the shop", "missing_article", "go to shop"),
        ("eat an egg", "wrong_article", "eat a egg"),
        ("he goes out", "agreement", "he go out"),
        ("that's it", "missing_apostrophe", "thats it"),
        ("Maybe so", "missing_capital", "maybe so"),
        ("see you.", "missing_end_punctuation", "see you"),
    ],
)
def test_english_kinds_do_what_their_name_says(text: str, kind: str, expected: str) -> None:
    assert expected in outcomes(text, "en", kind)


def test_only_the_own_script_is_touched() -> None:
    for seed in range(60):
        zh = make_mistakes(
            "我想用 whether 造个句子，but how should I do it 呢", language="zh", seed=seed
        ).text
        assert "whether" in zh and "but how should I do it" in zh
        en = make_mistakes(
            "how do people really say 你好吗 in the morning there", language="en", seed=seed
        ).text
        assert "你好吗" in en


def test_mostly_one_mistake_and_never_more_than_three() -> None:
    long = "".join(CHINESE)
    counts = [len(make_mistakes(long, language="zh", seed=seed).mistakes) for seed in range(200)]
    assert set(counts) == {1, 2, 3}
    assert counts.count(1) > 100
    assert {len(make_mistakes(CHINESE[8], language="zh", seed=seed).mistakes) for seed in range(100)} == {1}


@pytest.mark.parametrize(
    "text", ["", " ", "123", "OK", "😀", "`code`", "《电影》", "https://a.com", "TypeError"]
)
def test_where_nothing_fits_nothing_happens(text: str) -> None:
    for language in ("zh", "en"):
        assert make_mistakes(text, language=language, seed=1) == Marred(text, ())


def test_nothing_rude_and_no_number_comes_in() -> None:
    for seed in range(300):
        assert "畜" not in make_mistakes("他出生的地方", language="zh", seed=seed).text
        assert make_mistakes("the shift count", language="en", seed=seed).text not in (
            "the shit count",
            "the shift cunt",
        )
        assert "四" not in make_mistakes("这事是真的", language="zh", seed=seed).text


def test_given_names_after_a_surname_are_left_alone() -> None:
    for seed in range(80):
        assert "程小东" in make_mistakes("你觉得程小东这个人怎么样？", language="zh", seed=seed).text


def test_lone_surrogates_do_no_harm() -> None:
    text = "我觉得\ud83d这部电影好看"
    marred = make_mistakes(text, language="zh", seed=3)
    assert restore(marred.text, marred.mistakes) == text


def test_english_needs_neither_dictionary_nor_jieba() -> None:
    code = (
        "import sys; from zishu_app.dialogue.mistakes.make import make_mistakes, prepare; prepare('en');"
        "assert make_mistakes('I really think so.', language='en', seed=1).mistakes;"
        "assert 'pypinyin' not in sys.modules; prepare('zh');"
        "assert 'pypinyin' in sys.modules and 'jieba' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
