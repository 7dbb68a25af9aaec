import json
import re
from pathlib import Path

import pytest

from zishu_app.core.errors import DataError
from zishu_app.core.paths import RESOURCES
from zishu_app.core.texts import Language, language, set_language
from zishu_app.dialogue.scenarios import SHIPPED_ORDER, BadScenario, Scenario, choose, load_scenarios

SHIPPED = RESOURCES / "scenarios"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
NAMES: dict[Language, list[str]] = {
    "zh": [
        "机器学习入门",
        "Python编程基础",
        "科学知识问答",
        "日常问题解决",
        "技术概念解释",
        "学习方法指导",
        "工具使用技巧",
        "常见错误排查",
        "代码优化建议",
        "项目开发指导",
    ],
    "en": [
        "Machine Learning Basics",
        "Python Programming Basics",
        "Science Q&A",
        "Daily Problem Solving",
        "Technical Concepts",
        "Learning Methods",
        "Tool Usage Tips",
        "Error Debugging",
        "Code Optimization",
        "Project Development",
    ],
}
CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
GOOD = """name = "Sourdough"
description = "Bread that does not rise."
user_prompt = "my bread is a brick, why?"
ai_role = "You are a baker."
user_followups = ["what's a starter?", "how long?"]
"""


@pytest.fixture(autouse=True)
def _english():
    before = language()
    set_language("en")
    yield
    set_language(before)


def load(own: Path | None = None, spoken: Language = "en") -> tuple[list[Scenario], list[BadScenario]]:
    return load_scenarios(spoken, SHIPPED, own)


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def as_json(**changes: object) -> str:
    values = {
        "name": "Sourdough",
        "description": "Bread.",
        "user_prompt": "why a brick?",
        "ai_role": "You are a baker.",
        "user_followups": ["how long?"],
    }
    return json.dumps(values | changes, indent=2)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_shipped_scenarios_carry_the_listed_names_in_order(spoken):
    found, bad = load(spoken=spoken)
    assert bad == []
    assert [item.name for item in found] == NAMES[spoken]
    assert tuple(item.slug for item in found) == SHIPPED_ORDER
    assert {item.language for item in found} == {spoken}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_shipped_scenarios_have_enough_and_different_followups(spoken):
    found, _ = load(spoken=spoken)
    lines = [line for item in found for line in (item.user_prompt, *item.user_followups)]
    assert all(len(item.user_followups) >= 10 for item in found)
    assert len(set(lines)) == len(lines)
    for item in found:
        sizes = [len(line) for line in item.user_followups]
        assert max(sizes) >= 3 * min(sizes), item.slug


def test_shipped_texts_are_in_their_language():
    for item in load(spoken="zh")[0]:
        for text in (item.description, item.user_prompt, item.ai_role, *item.user_followups):
            assert CJK.search(text), text
    for path in (SHIPPED / "en").iterdir():
        assert not CJK.search(path.read_text(encoding="utf-8")), path


def test_ai_roles_are_second_person_and_two_to_four_sentences():
    for spoken, you, stop in (("zh", "你", "。"), ("en", "You ", ". ")):
        for item in load(spoken=spoken)[0]:
            assert item.ai_role.startswith(you), item.slug
            assert 2 <= (item.ai_role + " ").count(stop) <= 4, item.slug


def test_as_dict_has_the_five_keys_in_order():
    first = load()[0][0].as_dict()
    assert list(first) == ["name", "description", "user_prompt", "ai_role", "user_followups"]
    assert isinstance(first["user_followups"], list)


def test_own_scenarios_follow_by_name_whatever_the_format(tmp_path):
    put(tmp_path, "bread.toml", GOOD)
    put(tmp_path, "a.JSON", as_json(name="apples"))
    put(tmp_path / "en", "zoo.json", as_json(name="Zoo"))
    put(tmp_path, "notes.txt", "not a scenario")
    put(tmp_path, ".bread.toml", "left by an editor")
    found, bad = load(tmp_path)
    assert bad == []
    assert [(item.name, item.slug) for item in found[10:]] == [
        ("apples", "a"),
        ("Sourdough", "bread"),
        ("Zoo", "zoo"),
    ]


def test_own_scenario_with_a_shipped_name_takes_its_place(tmp_path):
    put(tmp_path, "mine.toml", GOOD.replace("Sourdough", "science q&a"))
    found, bad = load(tmp_path)
    assert (len(found), bad) == (10, [])
    assert (found[2].name, found[2].slug) == ("science q&a", "science")
    assert found[2].description == "Bread that does not rise."


def test_copy_of_a_shipped_file_with_a_new_name_gets_its_own_slug(tmp_path):
    put(tmp_path, "science.toml", GOOD)
    found, _ = load(tmp_path)
    assert found[-1].slug == "science_2"
    assert [item.name for item in choose(found, ["science", "science_2"])] == ["Science Q&A", "Sourdough"]


def test_language_is_told_by_key_folder_or_text(tmp_path):
    put(tmp_path, "guessed.json", as_json(name="面包"))
    put(tmp_path, "said.toml", 'language = "zh"\n' + GOOD)
    put(tmp_path / "zh", "folder.json", as_json(name="In the folder"))
    put(tmp_path / "en", "other.json", as_json(name="面包机"))
    zh, bad_zh = load(tmp_path, "zh")
    en, bad_en = load(tmp_path, "en")
    assert {item.name for item in zh[10:]} == {"面包", "Sourdough", "In the folder"}
    assert {item.name for item in en[10:]} == {"面包机"}
    assert bad_zh == bad_en == []


def test_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    put(tmp_path, "bread.toml", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    put(tmp_path, "other.json", b"\xef\xbb\xbf" + as_json(name="Rye").encode())
    found, bad = load(tmp_path)
    assert bad == []
    assert [item.name for item in found[10:]] == ["Rye", "Sourdough"]


BAD = [
    ("broken.toml", GOOD.replace('"You are', "You are"), 4, "TOML"),
    ("open.toml", GOOD + 'more = "', 6, "TOML"),
    ("twice.toml", GOOD + 'name = "b"\n', 6, "TOML"),
    ("broken.json", as_json().replace('"ai_role":', '"ai_role"'), 5, "JSON"),
    ("twice.json", as_json()[:-2] + ',\n  "name": "b"\n}', 9, "'name' is given twice"),
    ("deep.json", "[" * 100_000, None, "nested"),
    ("nested.json", as_json(user_followups="X").replace('"X"', "[" * 900 + "]" * 900), 6, "text"),
    ("list.json", "[]", 1, "object"),
    ("digits.toml", "a = " + "1" * 5000, None, "TOML"),
    ("gbk.toml", GOOD.encode() + "# 面包".encode("gbk"), 6, "UTF-8"),
    ("utf16.toml", GOOD.encode("utf-16"), 1, "UTF-8"),
    ("missing.toml", GOOD.replace('ai_role = "You are a baker."\n', ""), None, "'ai_role' is missing"),
    ("empty.toml", GOOD.replace('"my bread is a brick, why?"', '"  "'), 3, "'user_prompt' is empty"),
    ("type.toml", GOOD.replace('"You are a baker."', "3"), 4, "'ai_role' must be text"),
    ("nolist.toml", GOOD.replace('["what\'s a starter?", "how long?"]', '"how long?"'), 5, "a list"),
    ("none.toml", GOOD.replace('["what\'s a starter?", "how long?"]', "[]"), 5, "at least one"),
    ("blank.toml", GOOD.replace('"how long?"', '""'), 5, "'user_followups[2]' is empty"),
    ("number.json", as_json(user_followups=["a", 7]), 6, "'user_followups[2]' must be text"),
    ("unknown.toml", GOOD + 'followups = ["x"]\n', 6, "Unknown key 'followups'"),
    ("table.toml", GOOD + "[extra]\nx = 1\n", 6, "Unknown key 'extra'"),
    ("slash.toml", GOOD.replace("Sourdough", "bread/butter"), 1, "/"),
    ("colon.json", as_json(name='a:b*"<>|?'), 2, ': * " < > | ?'),
    ("control.json", as_json(name="a\u0007b"), 2, "U+0007"),
    ("dot.toml", GOOD.replace("Sourdough", "bread."), 1, "dot"),
    ("space.toml", GOOD.replace("Sourdough", " bread"), 1, "space"),
    ("long.toml", GOOD.replace("Sourdough", "b" * 81), 1, "too long"),
    ("bytes.toml", 'language = "en"\n' + GOOD.replace("Sourdough", "面" * 67), 2, "too long"),
    ("device.toml", GOOD.replace("Sourdough", "Con.bread"), 1, "Windows"),
    ("language.toml", GOOD + 'language = "fr"\n', 6, "zh or en"),
    ("half.json", as_json(ai_role="a\ud800"), 5, "half a character"),
    ("en/other.toml", GOOD + 'language = "zh"\n', 6, "lies in en/"),
]


@pytest.mark.parametrize(("name", "text", "line", "reason"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_file_is_named_with_line_and_reason_and_the_rest_works(tmp_path, name, text, line, reason):
    path = put(tmp_path, name, text)
    put(tmp_path, "fine.json", as_json(name="Fine"))
    found, bad = load(tmp_path)
    assert [(item.path, item.line) for item in bad] == [(path, line)]
    assert reason in bad[0].reason
    assert [item.name for item in found[10:]] == ["Fine"]


def test_names_at_the_limit_are_accepted(tmp_path):
    put(tmp_path, "a.json", as_json(name="b" * 80))
    put(tmp_path, "b.json", as_json(name="面" * 66, language="en"))
    found, bad = load(tmp_path)
    assert (len(found), bad) == (12, [])


def test_every_problem_of_a_file_is_reported_and_a_slip_is_recognised(tmp_path):
    put(tmp_path, "two.toml", GOOD.replace("user_followups", "user_followup").replace('"Sourdough"', '""'))
    reasons = [item.reason for item in load(tmp_path)[1]]
    assert len(reasons) == 3
    assert "did you mean 'user_followups'" in reasons[0]


def test_reasons_are_said_in_the_users_language(tmp_path):
    put(tmp_path, "one.toml", GOOD.replace('"Sourdough"', '""'))
    set_language("zh")
    assert load(tmp_path)[1][0].reason == "“name”是空的。"


def test_unreadable_file_is_reported(tmp_path):
    try:
        (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere.toml")
    except OSError:
        pytest.skip("this system lets only administrators make links")
    found, bad = load(tmp_path)
    assert len(found) == 10
    assert [(item.path.name, item.line) for item in bad] == [("gone.toml", None)]


def test_two_own_files_of_one_name_the_second_is_reported(tmp_path):
    first = put(tmp_path, "a.toml", GOOD)
    second = put(tmp_path / "en", "b.toml", GOOD.replace("Sourdough", "SOURDOUGH"))
    found, bad = load(tmp_path)
    assert [item.name for item in found[10:]] == ["Sourdough"]
    assert [(item.path, item.line) for item in bad] == [(second, 1)]
    assert str(first) in bad[0].reason


def test_no_own_folder_is_fine_and_a_missing_shipped_one_is_not(tmp_path):
    assert load(tmp_path / "nothing") == load(None)
    with pytest.raises(DataError, match="en"):
        load_scenarios("en", tmp_path, None)


def test_choose_by_name_or_slug_in_the_order_asked_each_once():
    found, _ = load(spoken="zh")
    picked = choose(found, ["TOOL_TIPS", "python编程基础", " science ", "tool_tips"])
    assert [item.slug for item in picked] == ["tool_tips", "python_basics", "science"]


def test_choose_offers_the_closest_names():
    found, _ = load(spoken="zh")
    with pytest.raises(DataError) as caught:
        choose(found, ["science", "机器学习", "pyton_basics"])
    assert "机器学习" in caught.value.message and "pyton_basics" in caught.value.message
    assert "science" not in caught.value.message
    assert "机器学习入门" in caught.value.hint and "Python编程基础" in caught.value.hint


def test_choose_lists_all_names_when_none_is_close():
    found, _ = load()
    with pytest.raises(DataError) as caught:
        choose(found, ["xyzzy"])
    assert all(name in caught.value.hint for name in NAMES["en"])
