import ast

import pytest

from zishu_app.core.paths import SHIPPED

ALLOWED = ("zishu_app.jobs.protocol", "zishu_app.jobs.specs", "zishu_app.core.", "zishu_app.worker.")
FILES = sorted((SHIPPED / "zishu_app" / "worker").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_worker_knows_protocol_and_core_only(path: object) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    ours = [f"{name}." for name in names if name.startswith("zishu_app")]
    assert [name for name in ours if not name.startswith(ALLOWED)] == []
