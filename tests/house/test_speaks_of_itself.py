"""No file speaks of the machine it was written on: no path of it, and no host that nobody else reaches."""

import fnmatch
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.source import ROOT

#: folders of one machine (written apart, so that this file may name them)
FOLDERS = re.compile(r"(?<![\w.~}-])/" + r"(?:work|tmp|root|Users|home|private|mnt|media)/[\w.-]*")
HOST = re.compile(r"https?://(?:[^\s/@\"'`]*@)?([\w.-]+)")

#: paths that are examples, and where
EXAMPLES = {
    "/home/": "tests/house/test_speaks_of_itself.py",
    "/home/me": "tests/bench/bench_mistakes.py",
    "/home/user": "tests/dialogue/mistakes/test_guard.py",
}

#: files whose business is to know hosts
KNOW_HOSTS = {
    "configs/models.toml": "endpoints, and where their prices were read",
    "models/*.toml": "where model files come from",
}

#: hosts named elsewhere, and why
HOSTS = {
    "www.w3.org": "the name of the form of drawings; nothing is fetched from there",
    "download.pytorch.org": "builds of PyTorch that the plain registry does not have",
    "huggingface.co": "model files",
    "hf-mirror.com": "model files, from China",
    "modelscope.cn": "model files, from China",
    "openaipublic.blob.core.windows.net": "where the rank files were published",
    "openrouter.ai": "an endpoint that tests call by name",
    "api.openai.com": "an endpoint that tests call by name",
    "api.deepseek.com": "an endpoint that tests call by name",
    "api.xiaomimimo.com": "the first endpoint",
    "api-docs.deepseek.com": "where prices were read",
    "github.com": "sources that are cited",
    "git-lfs.github.com": "the first line of a file that is not the file itself",
    "keepachangelog.com": "the form of CHANGELOG.md",
    "www.apache.org": "named by the text of the Apache licence",
    "zh.wikipedia.org": "an address in a text",
}
#: hosts that no machine has (RFC 2606), this one, and words that tests put where a host belongs
NOWHERE = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|org|net))?|invalid|test|localhost)\.?"
    r"|127\.[\d.]+|192\.168\.[\d.]+|10\.[\d.]+|0\.0\.0\.0|[\w-]+|a\.(?:b|com)"
)


@cache
def ignored() -> tuple[str, ...]:
    """Names that .gitignore leaves out, and git's own folder."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#")))


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the project."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored()):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files(path)
        else:
            yield path


@cache
def texts() -> dict[str, str]:
    """Name and content of every text file of the project."""
    found = {}
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content[:8192] and path.suffix != ".tiktoken":
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


def foreign_folders(name: str, text: str) -> list[str]:
    """Paths of one machine in a text."""
    examples = [path for path, file in EXAMPLES.items() if file == name]
    return [path for path in FOLDERS.findall(text) if not path.startswith(tuple(examples) or ("\0",))]


def foreign_hosts(text: str) -> list[str]:
    """Hosts in a text that it should not know."""
    return [host for host in HOST.findall(text) if host not in HOSTS and not NOWHERE.fullmatch(host)]


def test_no_path_of_one_machine() -> None:
    found = {name: paths for name, text in texts().items() if (paths := foreign_folders(name, text))}
    assert found == {}


def test_no_host_without_a_reason() -> None:
    judged = {
        name: foreign_hosts(text)
        for name, text in texts().items()
        if not any(fnmatch.fnmatch(name, pattern) for pattern in KNOW_HOSTS)
    }
    assert {name: hosts for name, hosts in judged.items() if hosts} == {}


def test_every_text_is_utf8_with_lf() -> None:
    assert len(texts()) > 100
    assert [name for name, text in texts().items() if "\r\n" in text and not name.startswith("tests/")] == []


@pytest.mark.parametrize("path", ["work/main", "tmp/x.txt", "root/.cache", "home/someone", "Users/someone"])
def test_a_path_is_found(path: str) -> None:
    assert foreign_folders("x.md", f"see /{path} there") != []
    assert foreign_folders("x.md", f'open("/{path}")') != []
    assert foreign_folders("x.md", f"https://example.com/{path} and {{folder}}/{path} and ./{path}") == []


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("https://" + "registry.inside.corp/simple", ["registry.inside.corp"]),
        ("http://user:password@" + "10.mirror.net:8080/x", ["10.mirror.net"]),
        ("https://example.com http://127.0.0.1:80 https://api.example.invalid/v1 http://localhost:1", []),
    ],
)
def test_a_host_is_found(text: str, hosts: list[str]) -> None:
    assert foreign_hosts(text) == hosts
