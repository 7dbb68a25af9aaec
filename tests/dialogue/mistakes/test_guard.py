import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zishu_app.dialogue.mistakes.guard import meaning, merged, touches, untouchable


def kept(text: str, protected: tuple[str, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in untouchable(text, protected)]


@pytest.mark.parametrize(
    ("text", "untouched"),
    [
        # numbers with their units, dates, versions
        ("2004年06月25日上映，片长109分钟", ["2004年06月25日", "109分钟"]),
        ("票房有4.94亿美元那么高", ["4.94亿美元"]),
        ("他30多岁，身高175cm", ["30多岁", "175cm"]),
        ("下午3:30见，打8折，涨了12.5%", ["3:30", "8", "12.5%"]),
        ("升级到v2.13.0以后就坏了", ["v2.13.0"]),
        ("I paid $45.99 for 3 hours and 5 kg", ["$45.99", "3 hours", "5 kg"]),
        ("it was twenty minutes late", ["twenty minutes"]),
        # Chinese numerals in quantities
        ("买了三个苹果，跑了一百二十公里", ["三个", "一百二十公里"]),
        ("第三次了，三分之一都错了", ["第三次", "三分之一"]),
        ("星期五两点半见", ["星期五两点半"]),
        # code
        ("先运行`make all`再说", ["`make all`"]),
        ("看这个：\n```\n我的代码\n```\n对吗", ["```\n我的代码\n```"]),
        ("变量user_name和userName有啥区别", ["user_name", "userName", "别"]),
        ("call load_data(path, mode) first", ["load_data(path, mode)", "first"]),
        ("用os.path.join拼路径", ["os.path.join"]),
        ("文件在D:\\数据\\表.xlsx里面", ["D:\\数据\\表.xlsx里面"]),
        ("打开/home/user/notes.txt看看", ["/home/user/notes.txt看看"]),
        ("把报告.docx发我", ["把报告.docx"]),
        ("加上--verbose试试", ["--verbose"]),
        ("报了TypeError这个错", ["TypeError"]),
        ("just run pip install torch==2.13.0 again", ["pip install torch==2.13.0 again"]),
        # addresses
        ("看https://zh.wikipedia.org/wiki/北京，很详细", ["https://zh.wikipedia.org/wiki/北京"]),
        ("发到li.ming@example.com吧", ["li.ming@example.com"]),
        # English in Chinese, Chinese in English
        ("我用Python在GPU上跑", ["Python", "GPU"]),
        ("how do I pronounce 紫舒 in a sentence", ["紫舒"]),
        # names after patterns, capitals in mid-sentence
        ("你好我叫小明，很高兴", ["小明"]),
        ("大家都叫他王大锤。", ["王大锤"]),
        ("张老师和小李都来了", ["张老师", "小李"]),
        ("导演是尼克·卡索维茨。", ["导演是尼克·卡索维茨"]),
        ("my name is alice and i like tea", ["alice"]),
        ("We met Tom Hanks there", ["Tom", "Hanks"]),
        ("Maybe I should ask", []),
        # negations
        ("我不知道，他没来，别急", ["不", "没", "别"]),
        ("是不是没有了", ["是不是没有"]),
        ("I don't know and I can not go, never", ["don't", "not", "never"]),
        # quotations
        ("看过《恋恋笔记本》和“你好”", ["《恋恋笔记本》", "“你好”"]),
        ("「千与千寻」好看", ["「千与千寻」"]),
        ('he said "see you later" and left', ['"see you later"']),
    ],
)
def test_what_must_stay(text: str, untouched: list[str]) -> None:
    assert kept(text) == untouched


def test_protected_terms_in_any_case() -> None:
    assert kept("紫舒老师喜欢喝乌龙茶", ("紫舒老师", "乌龙茶", "", " ")) == ["紫舒老师", "乌龙茶"]
    assert kept("tell zishu about the moon garden", ("Zishu", "Moon Garden")) == ["zishu", "moon garden"]


def test_ordinary_talk_is_free() -> None:
    assert kept("我觉得这部电影的导演很厉害，你看过他的作品吗？") == []
    assert kept("Maybe we should go there tomorrow, what do you think?") == []


def test_meaning_hears_numbers_and_negations() -> None:
    assert meaning("我不要三个") == ["三个", "不要"]
    assert meaning("我要个") == []
    assert meaning("I won't buy 3 kg") == ["3 kg", "won't"]


@given(st.text(max_size=200), st.lists(st.text(max_size=6), max_size=3))
@settings(deadline=None)
def test_spans_are_in_order_and_apart(text: str, protected: list[str]) -> None:
    spans = untouchable(text, protected)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in zip(spans, spans[1:], strict=False))


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8),
    st.integers(0, 30),
    st.integers(0, 5),
)
def test_touching_is_overlapping(drawn: list[tuple[int, int]], start: int, size: int) -> None:
    spans = merged((min(pair), max(pair)) for pair in drawn)
    held = {place for low, high in spans for place in range(low, high)}
    if size:
        assert touches(start, start + size, spans) == bool(held & set(range(start, start + size)))
    else:
        assert touches(start, start, spans) == ({start - 1, start} <= held)
