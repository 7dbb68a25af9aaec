"""`zishu dataset` as a person and as a program use it."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from zishu_app.cli.arguments import build_parser
from zishu_app.cli.dataset.progress import Progress
from zishu_app.cli.dataset.tables import GAP, bar, cut, size, table
from zishu_app.cli.main import main
from zishu_app.core.texts import Language, set_language
from zishu_app.dataset.sample import KINDS, VERDICTS
from zishu_app.dataset.words import act_word, kind_word, mistake_word, verdict_word
from zishu_app.dialogue.mistakes import chinese, english

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["zh", "en"])
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Language:
    """Both languages, as the system says it."""
    monkeypatch.setenv("LC_ALL", {"zh": "zh_CN.UTF-8", "en": "en_US.UTF-8"}[request.param])
    return request.param


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("list", "--json")`: exit code, what was printed, and what was complained about."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["dataset", *map(str, arguments)], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """Twelve talks in two languages, one bad line among them."""
    path = tmp_path / "talks.jsonl"
    records: list[str] = []
    for number in range(6):
        for asked, answer in (
            (f"第{number}个问题，鱼缸怎么洗？", "先放水。"),
            (f"Question {number}?", "Soap."),
        ):
            said = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
            records.append(json.dumps({"name": f"talk {len(records)}", "messages": said}))
    records.insert(4, "{broken")
    path.write_text("\n".join(records), encoding="utf-8")
    return path


@pytest.fixture
def filled(run: Run, talks: Path) -> Run:
    """A data set of twelve."""
    assert run("import", talks, "--tag", "mine")[0] == 1
    return run


def test_the_rest_goes_in_where_a_line_is_bad(run: Run, talks: Path, spoken: Language) -> None:
    code, out, err = run("import", talks)
    assert code == 1
    assert ("talks.jsonl 第 5 行" if spoken == "zh" else "talks.jsonl, line 5") in err
    assert ("收进 12 个样本" if spoken == "zh" else "12 samples came in") in out
    code, out, _ = run("import", talks)
    assert ("12 个已经有了" if spoken == "zh" else "12 were there already") in out


def test_import_tells_programs_its_events(run: Run, talks: Path) -> None:
    code, out, _ = run("import", talks, "--json")
    events = lines(out)
    assert [one["event"] for one in events] == ["file_opened", "bad_row", "taken", "taken_in"]
    assert (events[1]["line"], events[1]["number"]) == (5, 5)
    assert events[-1]["added"] == 12
    assert code == 1


def test_a_file_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    code, out, err = run("import", tmp_path / "nothing.jsonl")
    assert code == 1
    assert "nothing.jsonl" in err
    assert "0 samples" in out


def test_a_list_is_filtered_and_limited(filled: Run, spoken: Language) -> None:
    code, out, _ = filled("list", "--limit", 5, "--lang", "zh")
    assert code == 0
    assert len(out.splitlines()) == 1 + 5 + 1
    assert ("共 6 个样本，显示前 5 个" if spoken == "zh" else "The first 5 of 6 samples") in out
    code, out, _ = filled("list", "--kind", "dialogue")
    assert ("没有符合的样本" if spoken == "zh" else "No sample fits") in out


def test_where_there_is_nothing_it_says_where_samples_come_from(run: Run, spoken: Language) -> None:
    _, out, _ = run("list")
    assert "zishu generate" in out
    assert "zishu dataset import" in out


def test_a_row_has_the_same_keys_always(filled: Run) -> None:
    _, out, _ = filled("list", "--json", "--limit", 0)
    rows = lines(out)
    assert len(rows) == 12
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert set(rows[0]) == {
        "id", "kind", "language", "scenario", "title", "lead", "verdict", "flagged", "score", "spread", "stars",
        "created", "length", "turns", "version",
    }  # fmt: skip


def test_two_chinese_characters_find_it_and_show_where(filled: Run) -> None:
    code, out, _ = filled("search", "鱼缸", "--json")
    assert code == 0
    assert {row["language"] for row in lines(out)} == {"zh"}
    _, out, _ = filled("search", "soap")
    assert out.count("Soap.") == 6
    assert filled("search", "鱼缸", "soap")[1].startswith("No sample fits")
    code, _, err = filled("search", "!!")
    assert code == 2
    assert "look for" in err


def test_a_sample_is_shown_as_a_whole(filled: Run, spoken: Language) -> None:
    code, out, _ = filled("show", 1, 3)
    assert code == 0
    for piece in ("#1  talk 0", "#3  talk 2", "鱼缸", "talks.jsonl"):
        assert piece in out
    _, out, _ = filled("show", 1, "--json")
    (shown,) = lines(out)
    assert shown["messages"][0]["role"] == "user"
    assert shown["provenance"]["file"] == "talks.jsonl"
    assert shown["tags"] == ["mine"]
    code, _, err = filled("show", 1, 99)
    assert code == 1
    assert "99" in err


def test_decisions_are_one_act_and_are_taken_back(filled: Run, spoken: Language) -> None:
    assert filled("accept", 1, 2, 3, 3)[0] == 0
    assert filled("reject", 4, "--reason", "不忠实")[0] == 0
    assert len(lines(filled("list", "--verdict", "accepted", "--json")[1])) == 3
    assert "不忠实" in filled("show", 4)[1]
    assert "1" in filled("undo")[1]
    assert "3" in filled("undo")[1]
    assert lines(filled("list", "--verdict", "accepted", "--json")[1]) == []
    assert len(lines(filled("undo", "--json")[1])) == 1
    assert "3" in filled("redo")[1]
    assert len(lines(filled("list", "--verdict", "accepted", "--json")[1])) == 3
    code, out, _ = filled("reopen", 1, "--json")
    assert lines(out)[0]["what"] == "reopen"


def test_a_number_that_is_not_there_decides_nothing(filled: Run) -> None:
    code, _, err = filled("accept", 1, 99)
    assert code == 1
    assert "99" in err
    assert lines(filled("list", "--verdict", "accepted", "--json")[1]) == []


def test_without_anything_to_undo_it_says_so(run: Run) -> None:
    assert run("undo")[:2] == (0, "There is nothing to undo.\n")
    assert run("redo")[:2] == (0, "There is nothing to redo.\n")
    assert lines(run("undo", "--json")[1])[0]["id"] is None


@pytest.mark.parametrize("form", ["openai", "sharegpt", "alpaca", "parquet"])
def test_what_goes_out_comes_in_again(filled: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / "out" / f"all.{'parquet' if form == 'parquet' else 'json'}"
    code, out, _ = filled("export", "--format", form, "-o", path, "--all")
    assert code == 0
    assert str(path) in out
    assert path.is_file()
    _, out, _ = filled("import", path)
    assert "12 were there already" in out


def test_accepted_ones_only_go_out_unless_one_says_otherwise(filled: Run, tmp_path: Path) -> None:
    code, _, err = filled("export", "--format", "openai", "-o", tmp_path / "a.jsonl")
    assert code == 1
    assert "--all" in err
    filled("accept", 2, 3)
    events = lines(filled("export", "--format", "openai", "-o", tmp_path / "a.jsonl", "--json")[1])
    assert events[-1]["event"] == "exported"
    assert events[-1]["written"] == 2
    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    filled("export", "--format", "openai", "-o", tmp_path / "b.jsonl", "--verdict", "pending", "--lang", "zh")
    assert len((tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()) == 5


def test_checks_are_counted_and_can_be_listed(filled: Run, spoken: Language) -> None:
    code, out, _ = filled("check")
    assert code == 0
    assert "--tag check:short" in out
    assert lines(filled("check", "--json")[1])[-1]["found"]["short"] == 12
    assert len(lines(filled("list", "--tag", "check:short", "--json", "--limit", 0)[1])) == 12


def test_the_best_of_what_is_there_twice_is_kept(run: Run, tmp_path: Path, spoken: Language) -> None:
    said = "鱼缸里的水要先静置一天，再慢慢倒进去，鱼才不会受惊；换水每次只换三分之一，温差不超过两度。"
    for number, answer in enumerate(
        (said, said + "记住了吗？", said, "完全不同的一句话，说的是望远镜怎么收起来。")
    ):
        records = [{"role": "user", "content": "怎么换水？"}, {"role": "assistant", "content": answer}]
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps({"name": str(number), "messages": records}), encoding="utf-8")
        run("import", path)
    code, out, _ = run("duplicates")
    assert code == 0
    assert ("2 个近似" if spoken == "zh" else "2 are nearly the same") in out
    assert "--keep-best" in out
    group, ended = lines(run("duplicates", "--json")[1])[-2:]
    assert (group["event"], group["how"], group["best"]) == ("group", "near", 2)
    assert (ended["groups"], ended["too_many"], ended["finished"]) == (1, 1, True)
    _, out, _ = run("duplicates", "--keep-best", "--yes")
    assert "zishu dataset undo" in out
    assert [row["id"] for row in lines(run("list", "--verdict", "rejected", "--json")[1])] == [1]
    assert lines(run("duplicates", "--json")[1])[-1]["groups"] == 0
    run("undo")
    assert lines(run("list", "--verdict", "rejected", "--json")[1]) == []
    assert run("duplicates", "--threshold", "0.1")[0] == 2


def test_figures_are_told_in_words_and_to_programs(filled: Run, spoken: Language) -> None:
    filled("accept", 1, 2)
    filled("check")
    code, out, _ = filled("stats")
    assert code == 0
    for zh, en in (
        ("12 个样本", "12 samples"),
        ("采纳", "accepted"),
        ("导入", "imported"),
        ("太短", "Too short"),
    ):
        assert (zh if spoken == "zh" else en) in out
    (told,) = lines(filled("stats", "--json", "--lang", "zh")[1])
    assert (told["event"], told["samples"], told["verdicts"]) == (
        "statistics",
        6,
        {"pending": 5, "accepted": 1},
    )
    assert told["checks"] == {"short": 6}
    assert filled("stats", "--tag", "nothing")[0] == 0


def test_versions_are_frozen_listed_and_compared(filled: Run, home: Any, spoken: Language) -> None:
    code, out, err = filled("freeze", "v1", "--all", "--eval-share", 0.3)
    assert code == 0, err
    assert str(home.datasets / "v1") in out
    filled("accept", 1, 2)
    assert filled("freeze", "v2")[0] == 0
    code, out, _ = filled("versions", "--json", "--verify")
    assert [(one["name"], one["samples"], one["faults"]) for one in lines(out)] == [
        ("v2", 2, []),
        ("v1", 12, []),
    ]
    _, out, _ = filled("versions")
    assert len(out.splitlines()) == 3
    code, out, _ = filled("diff", "v1", "v2", "--json")
    compared, *differences = lines(out)
    assert compared["removed"] == 10
    assert {one["event"] for one in differences} == {"difference"}
    code, out, _ = filled("diff", "v1", "v2", "--limit", 3)
    assert len([line for line in out.splitlines() if "talk " in line]) == 3


def test_a_frozen_version_is_never_written_again(filled: Run, home: Any) -> None:
    filled("freeze", "v1", "--all")
    code, _, err = filled("freeze", "v1", "--all")
    assert code == 1
    assert "v1" in err
    (home.datasets / "v1" / "train.jsonl").write_text("", encoding="utf-8")
    code, out, _ = filled("versions", "--verify")
    assert code == 1
    assert "train.jsonl was changed" in out
    assert filled("diff", "v1", "v1")[0] == 1


def test_a_version_that_cannot_be_read_is_not_kept_silent_about(filled: Run, home: Any) -> None:
    for name in ("v1", "v2"):
        filled("freeze", name, "--all")
    manifest = home.datasets / "v2" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{broken", encoding="utf-8")
    code, out, err = filled("versions")
    assert (code, len(out.splitlines())) == (1, 2)
    assert "manifest.json cannot be read" in err
    code, out, _ = filled("versions", "--json")
    assert (code, [(one["name"], "error" in one) for one in lines(out)]) == (1, [("v1", False), ("v2", True)])
    manifest.unlink()
    assert "manifest.json is missing" in filled("versions")[2]


def test_what_was_made_before_comes_in_first(run: Run, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from zishu_app.studio import samples

    async def catch_up(*_: object) -> Any:
        yield samples.Caught(1, 2, 1)
        yield samples.CaughtUp(3)

    monkeypatch.setattr(samples, "catch_up", catch_up)
    _, out, err = run("list")
    assert "3 samples came in" in err
    assert run("list", "--json")[1:] == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        ("list", "--limit", "-1"),
        ("list", "--kind", "nothing"),
        ("export", "--format", "openai"),
        ("duplicates", "--threshold", "2"),
        ("freeze", "v", "--eval-share", "x"),
        ("accept",),
        ("accept", "one"),
        ("nothing",),
        (),
    ],
)
def test_wrong_use_is_told(run: Run, wrong: tuple[str, ...], spoken: Language) -> None:
    code, _, err = run(*wrong)
    assert code == 2
    if spoken == "zh":
        assert err.startswith("用法：")
        assert "错误：" in err


def actions() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every action of the command."""
    parser = build_parser()
    (commands,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    dataset = commands.choices["dataset"]
    (inner,) = (one for one in dataset._actions if isinstance(one, argparse._SubParsersAction))
    return iter(inner.choices.items())


def test_every_action_speaks_to_programs_and_in_both_languages() -> None:
    names = [name for name, _ in actions()]
    assert len(names) >= 16
    for name, parser in actions():
        assert any("--json" in one.option_strings for one in parser._actions), name
    set_language("zh")
    for name, parser in actions():
        for one in parser._actions:
            assert one.help and any("\u4e00" <= letter <= "\u9fff" for letter in one.help), (name, one.dest)
    set_language("en")
    for name, parser in actions():
        for one in parser._actions:
            assert one.help and one.help.isascii(), (name, one.dest)


def test_every_action_has_its_function() -> None:
    from importlib import import_module

    from zishu_app.cli.dataset.main import MODULES

    assert MODULES.keys() == {name for name, _ in actions()}
    for name, module in MODULES.items():
        assert callable(getattr(import_module(f"zishu_app.cli.dataset.{module}"), f"{name}_"))


def test_columns_stand_below_each_other() -> None:
    rows = [("1", "采纳 ⚑", "中文的内容"), ("1234", "to review", "x")]
    made = table(("编号", "state", "content"), rows, right={0})
    starts = [
        cell_len(line[: line.index(last)]) for line, last in zip(made, ("content", "中文", "x"), strict=True)
    ]
    assert len(set(starts)) == 1
    assert made[1].startswith(" " * 3 + "1" + GAP)


def test_on_a_terminal_no_line_is_longer_than_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    for line in table(("a", "b"), [("编号", "很长很长的内容" * 20), ("1", "short")]):
        assert cell_len(line) < 40


def test_what_is_cut_says_so() -> None:
    assert cut("短", 10) == "短"
    assert cell_len(cut("很长很长的内容", 6)) <= 6
    assert cut("很长很长的内容", 6).endswith("…")


def test_sizes_and_bars() -> None:
    assert [size(n) for n in (999, 1200, 3_400_000, 5 * 10**9)] == ["999 B", "1.2 kB", "3.4 MB", "5.0 GB"]
    assert (bar(0), bar(1, 4), bar(0.5, 4), cell_len(bar(0.3))) == ("", "████", "██", 8)


def test_progress_is_drawn_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Progress().at("导出", 0.5)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress()
    progress.at("导出", 0.5, "5/10")
    progress.close()
    told = capsys.readouterr().err
    assert "导出  50% · 5/10" in told
    assert told.endswith("\r")


def test_there_is_a_word_for_everything() -> None:
    for language in ("zh", "en"):
        set_language(language)
        assert len({kind_word(kind) for kind in KINDS}) == len(KINDS)
        assert len({verdict_word(verdict) for verdict in VERDICTS}) == len(VERDICTS)
        for rules in (chinese.RULES, english.RULES):
            assert all(
                mistake_word(kind) != kind for kind in rules if kind not in ("misspelling", "agreement")
            )
        for what in ("accept", "reject", "reopen", "remove", "rate", "flag", "edit", "split", "unheard of"):
            assert act_word(what, 3)
    set_language("en")
