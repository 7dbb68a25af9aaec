"""`zishu models` where it is about bases: which there are, fetching one, making the built-in one."""

import json

import pytest

from tests.brains.test_bases import a_base
from zishu_app.brains.bases import Converting, Ready, look_at_base
from zishu_app.brains.events import Began, Received, Switched
from zishu_app.cli import bases
from zishu_app.cli.main import main


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["models", *arguments], lambda _: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_bases_are_listed_those_that_are_here_first(run, home):
    a_base(home.bases / "qwen3-4b", model_type="qwen3")
    a_base(home.bases / "mine")
    code, out, _ = run("list", "--bases")
    assert code == 0
    lines = out.splitlines()
    assert "✓" in lines[1]
    assert "✓" in lines[2]
    assert any("✗ chatglm3-6b" in line and "glm-4-9b" in line for line in lines)
    assert any("llama-3.2-1b" in line and "agreed" in line for line in lines)
    assert "Bases" in run("list")[1]


def test_a_program_reads_them(run, home):
    a_base(home.bases / "qwen3-4b", model_type="qwen3")
    listed = json.loads(run("list", "--bases", "--json")[1])["bases"]
    assert json.loads(run("list", "--json")[1])["bases"] == listed
    first, by_id = listed[0], {one["id"]: one for one in listed}
    assert (first["id"], first["folder"]) == ("qwen3-4b", str(home.bases / "qwen3-4b"))
    assert by_id["qwen3-0.6b"]["folder"] == ""
    assert by_id["qwen-7b"]["trainable"] is False


def test_one_is_looked_at(run):
    out = run("info", "--base", "qwen3-8b", "--json")[1]
    told = json.loads(out)
    assert (told["parameters"], told["weights"]["bf16"]) == (8190700000, "16.4 GB")
    assert "Qwen/Qwen3-8B@main" in told["sources"]
    assert "There is no base nobody" in run("info", "--base", "nobody")[2]


def test_one_is_fetched(run, home, monkeypatch):
    learner = look_at_base(a_base(home.bases / "qwen3-4b"))
    asked = []

    async def fetch(_client, card, folder, options):
        asked.append((card.id, folder, options.prefer))
        yield Began("model-1.safetensors", 1, 2)
        yield Switched("hf-mirror.com", "not reachable")
        yield Received(1, 2, 3.0)
        yield Ready(learner)

    monkeypatch.setattr(bases, "download_base", fetch)
    code, out, _ = run("download", "--base", "qwen3-4b", "--mirror")
    assert code == 0
    for part in ("Qwen3 4B · 8.1 GB", "model-1.safetensors (1/2)", "hf-mirror.com", str(learner.folder)):
        assert part in out
    assert asked == [("qwen3-4b", home.bases, "mirror")]
    lines = run("download", "--base", "qwen3-4b", "--json")[1].splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["began", "switched", "received", "ready"]


def test_the_built_in_one_is_made(run, home, monkeypatch, tmp_path):
    learner = look_at_base(a_base(home.bases / "smollm2-135m"))
    gguf = tmp_path / "built-in.gguf"

    async def make(_lane, _home, file):
        yield Converting(1, 4, f"reading {file.name}")
        yield Ready(learner)

    monkeypatch.setattr(bases, "ensure_base", make)
    monkeypatch.setattr("zishu_app.house.House.model_file", lambda *_: gguf)
    code, out, _ = run("download", "--base", "builtin")
    assert (code, "1/4 reading built-in.gguf" in out) == (0, True)
