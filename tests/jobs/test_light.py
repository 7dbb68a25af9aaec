import subprocess
import sys

from zishu_app.core.paths import SHIPPED


def test_the_client_is_light() -> None:
    code = (
        "import sys; import zishu_app.jobs.client, zishu_app.llm.local;"
        "print([name for name in ('xllamacpp', 'torch', 'httpx', 'aiohttp', 'chromadb', 'zishu_app.worker')"
        " if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=SHIPPED, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
