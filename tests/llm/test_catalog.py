from decimal import Decimal
from pathlib import Path

import pytest

from tests.llm.conftest import SHIPPED
from zishu_app.core.errors import SettingsError
from zishu_app.llm.addresses import is_loopback, normal_url, shown_url
from zishu_app.llm.catalog import CUSTOM_LIMITS, Catalog, load_catalog
from zishu_app.llm.prices import FREE
from zishu_app.llm.request import Quirks


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    return load_catalog(SHIPPED)


def with_own(folder: Path, text: str) -> Catalog:
    own = folder / "models.toml"
    own.write_text(text, encoding="utf-8")
    return load_catalog(SHIPPED, own)


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        with_own(folder, text)
    return caught.value.message


# --- what is shipped ------------------------------------------------------------------------------------------


def test_every_endpoint_is_there(shipped: Catalog) -> None:
    assert set(shipped.endpoints) == {
        "xiaomimimo", "deepseek", "dashscope", "siliconflow", "moonshot", "zhipu", "openai", "openrouter",
        "ollama", "lmstudio", "vllm", "builtin",
    }  # fmt: skip


def test_default_of_the_program(shipped: Catalog) -> None:
    chosen = shipped.find("xiaomimimo")
    assert chosen.name == "xiaomimimo/mimo-v2-flash" == shipped.find("xiaomimimo/mimo-v2-flash").name
    assert chosen.base_url == "https://api.xiaomimimo.com/v1"
    assert chosen.kind == "openai" and chosen.needs_key and "MIMO_API_KEY" in chosen.key_env


def test_builtin_model(shipped: Catalog) -> None:
    chosen = shipped.find("builtin")
    assert (chosen.kind, chosen.model, chosen.local_path) == ("local", "SmolLM2-135M-Instruct", None)
    assert (chosen.limits.context, chosen.limits.schema, chosen.languages) == (4096, True, ("en",))
    assert not chosen.needs_key and chosen.price is FREE


def test_default_models_can_be_found(shipped: Catalog) -> None:
    for name, record in shipped.endpoints.items():
        if record.default_model:
            assert shipped.find(name) == shipped.find(f"{name}/{record.default_model}")
        else:
            with pytest.raises(SettingsError, match="no default model"):
                shipped.find(name)


def test_every_price_has_a_page_and_a_day(shipped: Catalog) -> None:
    priced = [shipped.find(name).price for name in shipped.names()]
    known = [price for price in priced if price is not None and price is not FREE]
    assert known
    assert all(price.source.startswith("https://") and price.date >= "2026" for price in known)


def test_endpoints_on_this_computer_begin_gently_and_cost_nothing(shipped: Catalog) -> None:
    local = [record for record in shipped.endpoints.values() if is_loopback(record.base_url)]
    assert len(local) == 3
    assert all(record.concurrency <= 2 and record.free and not record.needs_key for record in local)


def test_every_line_is_explained() -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    bare = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if line and not line.startswith(("#", "[")) and not before.startswith("#") and "=" not in before
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("sk-or-v1-" + "0a" * 32, ["openrouter"]),
        ("sk-proj-" + "Ab_3" * 10, ["openai"]),
        ("0123456789abcdef" * 2 + ".AbCdEfGhIjKlMnOp", ["zhipu"]),
        ("tp-" + "a1" * 16, ["xiaomimimo"]),
        (" sk-" + "0a" * 16 + "\n", ["xiaomimimo", "deepseek", "dashscope"]),
        ("hello", []),
        ("", []),
    ],
)
def test_pasted_keys_are_recognised(shipped: Catalog, key: str, names: list[str]) -> None:
    assert shipped.recognise(key) == names


# --- what a user writes ---------------------------------------------------------------------------------------


def test_model_that_is_not_listed_takes_the_endpoints_limits(shipped: Catalog) -> None:
    chosen = shipped.find("siliconflow/Qwen/Qwen9-1B")
    assert (chosen.endpoint, chosen.model) == ("siliconflow", "Qwen/Qwen9-1B")
    assert chosen.limits.context == shipped.endpoints["siliconflow"].context
    assert chosen.price is None and chosen.max_output is None


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("gpt-4.1-mini", "openai/gpt-4.1-mini"),
        ("Qwen/Qwen3-8B", "siliconflow/Qwen/Qwen3-8B"),
        (" deepseek-flash ", "deepseek/deepseek-flash"),
        ("deepseek/deepseek-v4-flash", "deepseek/deepseek-v4-flash"),
        ("openrouter/deepseek/deepseek-v4-flash", "openrouter/deepseek/deepseek-v4-flash"),
        ("ollama/qwen3:4b", "ollama/qwen3:4b"),
    ],
)
def test_names(shipped: Catalog, spec: str, name: str) -> None:
    assert shipped.find(spec).name == name


def test_bare_name_in_two_endpoints_must_be_made_plain(tmp_path: Path) -> None:
    catalog = with_own(tmp_path, '[endpoints.deepseek.models."gpt-4.1-mini"]\n')
    with pytest.raises(SettingsError, match="Several") as caught:
        catalog.find("gpt-4.1-mini")
    assert "deepseek/gpt-4.1-mini" in caught.value.hint and "openai/gpt-4.1-mini" in caught.value.hint


@pytest.mark.parametrize(
    ("spec", "near"),
    [("deepsek", "deepseek"), ("mimo-v2-flahs", "mimo-v2-flash"), ("", "xiaomimimo"), ("????", "zhipu")],
)
def test_unknown_name_gets_the_closest_ones(shipped: Catalog, spec: str, near: str) -> None:
    with pytest.raises(SettingsError, match="not known") as caught:
        shipped.find(spec)
    assert near in caught.value.hint


def test_model_file(shipped: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "My-Model.Q4.GGUF"
    path.write_bytes(b"GGUF")
    chosen = shipped.find(str(path))
    assert (chosen.kind, chosen.name, chosen.local_path) == ("local", "local/My-Model.Q4", path)
    assert chosen.price is FREE and not chosen.needs_key and chosen.limits.schema
    monkeypatch.chdir(tmp_path)
    assert shipped.find("./My-Model.Q4.GGUF").local_path == path


def test_model_file_that_is_not_there(shipped: Catalog, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no model file"):
        shipped.find(str(tmp_path / "nothing.gguf"))


def test_address_given_by_hand(shipped: Catalog) -> None:
    chosen = shipped.find("xiaomimimo/mimo-v2-flash", "http://127.0.0.1:8123/v1/")
    assert chosen.name == "custom/mimo-v2-flash" and chosen.base_url == "http://127.0.0.1:8123/v1"
    assert chosen.limits == shipped.find("mimo-v2-flash").limits
    assert chosen.price is None and not chosen.needs_key and chosen.concurrency == 2
    assert chosen.quirks == Quirks()


def test_keys_of_known_endpoints_are_not_sent_to_other_addresses(shipped: Catalog) -> None:
    chosen = shipped.find("openai/gpt-4.1-mini", "https://gateway.example.com/v1")
    assert "OPENAI_API_KEY" not in chosen.key_env and chosen.endpoint == "custom"


def test_name_unknown_everywhere_at_an_address_given_by_hand(shipped: Catalog) -> None:
    chosen = shipped.find("org/some-model", "https://gateway.example.com/v1/chat/completions")
    assert (chosen.name, chosen.base_url) == ("custom/org/some-model", "https://gateway.example.com/v1")


@pytest.mark.parametrize(
    ("spec", "url", "name"),
    [
        ("openai/gpt-oss-20b", "http://127.0.0.1:8123/v1", "custom/openai/gpt-oss-20b"),
        ("openai/gpt-4.1-mini", "http://127.0.0.1:8123/v1", "custom/gpt-4.1-mini"),
        ("openai", "http://127.0.0.1:8123/v1", "custom/gpt-4.1-mini"),
        ("ollama/qwen3:4b", "http://192.168.1.5:11434/v1", "custom/qwen3:4b"),
        ("openai/gpt-oss-20b", "http://127.0.0.1:1234/v1", "lmstudio/openai/gpt-oss-20b"),
        (
            "deepseek/deepseek-v4-flash",
            "https://openrouter.ai/api/v1",
            "openrouter/deepseek/deepseek-v4-flash",
        ),
        ("openrouter/deepseek/other", "https://openrouter.ai/api/v1", "openrouter/deepseek/other"),
        ("openai/gpt-5", "https://api.openai.com/v1", "openai/gpt-5"),
    ],
)
def test_what_stands_before_a_slash_may_be_part_of_the_models_name(
    shipped: Catalog, spec: str, url: str, name: str
) -> None:
    assert shipped.find(spec, url).name == name


def test_a_name_that_stays_whole_borrows_no_limits(shipped: Catalog) -> None:
    assert shipped.find("openai/gpt-oss-20b", "http://127.0.0.1:8123/v1").limits == CUSTOM_LIMITS


def test_known_address_given_by_hand_is_the_known_endpoint(shipped: Catalog) -> None:
    assert shipped.find("deepseek-flash", "https://api.deepseek.com/") == shipped.find(
        "deepseek/deepseek-flash"
    )
    assert shipped.find("ollama/qwen3:4b", "127.0.0.1:11434/v1") == shipped.find("ollama/qwen3:4b")


@pytest.mark.parametrize(
    ("spec", "url"), [("m", "https://"), ("m", "ftp://host/v1"), ("m", "http://host:99999999/v1")]
)
def test_address_that_makes_no_sense(shipped: Catalog, spec: str, url: str) -> None:
    with pytest.raises(SettingsError, match="base URL"):
        shipped.find(spec, url)


def test_address_without_a_model(shipped: Catalog) -> None:
    with pytest.raises(SettingsError, match="needs a model"):
        shipped.find("vllm", "http://127.0.0.1:9999/v1")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("api.example.com/v1", "https://api.example.com/v1"),
        ("localhost:8080/v1", "http://localhost:8080/v1"),
        (" https://a.b/v1// ", "https://a.b/v1"),
    ],
)
def test_one_spelling_for_addresses(text: str, url: str) -> None:
    assert normal_url(text) == url


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/v1", "http://127.9.9.9", "http://[::1]:80/v1", "http://localhost/v1"]
)
def test_loopback(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["http://192.168.1.2/v1", "https://localhost.example.com", "http://[", ""])
def test_not_loopback(url: str) -> None:
    assert not is_loopback(url)


def test_shown_address_has_no_secrets() -> None:
    assert shown_url("https://me:pw@host:8443/v1?key=1") == "https://host:8443/v1"


# --- the user's own file --------------------------------------------------------------------------------------

PRICE = """
[endpoints.deepseek.models.deepseek-flash.price]
input_per_million = 0.1
output_per_million = "0.30"
currency = "USD"
source = "https://api-docs.deepseek.com/quick_start/pricing"
date = "2026-11-20"
"""


def test_own_file_goes_over_the_shipped_one_key_by_key(tmp_path: Path, shipped: Catalog) -> None:
    catalog = with_own(tmp_path, '[endpoints.xiaomimimo]\ndefault_model = "mimo-v9"\n' + PRICE)
    assert catalog.find("xiaomimimo").model == "mimo-v9"
    assert catalog.find("xiaomimimo").base_url == shipped.find("xiaomimimo").base_url
    price = catalog.find("deepseek").price
    assert price is not None and (price.input_per_million, price.output_per_million) == (
        Decimal("0.1"),
        Decimal("0.30"),
    )
    assert catalog.find("deepseek").limits == shipped.find("deepseek").limits


def test_own_endpoint(tmp_path: Path) -> None:
    text = """
    [endpoints.mine]
    base_url = "https://llm.example.com/v1/chat/completions"
    default_model = "big"
    concurrency = 3
    context = 9000
    [endpoints.mine.quirks]
    leave_out = ["seed"]
    extra_body = { top_k = 3, min_p = 0.05 }
    [endpoints.mine.models.big.quirks]
    max_tokens_field = "max_completion_tokens"
    [endpoints.mine.models.big]
    max_output = 700
    """
    chosen = with_own(tmp_path, text).find("mine")
    assert chosen.base_url == "https://llm.example.com/v1"
    assert (chosen.limits.context, chosen.max_output, chosen.concurrency) == (9000, 700, 3)
    assert chosen.quirks == Quirks("max_completion_tokens", frozenset({"seed"}), {"top_k": 3, "min_p": 0.05})
    assert type(chosen.quirks.extra_body["min_p"]) is float


def test_no_own_file_is_no_mistake(tmp_path: Path, shipped: Catalog) -> None:
    assert load_catalog(SHIPPED, tmp_path / "nothing.toml").endpoints == shipped.endpoints


def test_all_mistakes_are_told_at_once_with_file_and_key(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        """
        [endpoints.openai]
        concurency = 3
        context = 0
        [endpoints.deepseek]
        base_url = "not an address"
        key_pattern = "sk-("
        [endpoints.openai.models."gpt-4.1-mini".price]
        input_per_million = 1
        output_per_million = -2
        currency = "dollars"
        [endpoints."Bad Name"]
        [endpoints.new]
        base_url = "https://x.example.com"
        """,
    )
    own = str(tmp_path / "models.toml")
    for key in (
        "endpoints.openai.concurency",
        "endpoints.openai.context",
        "endpoints.deepseek.base_url",
        "endpoints.deepseek.key_pattern",
        "endpoints.openai.models.gpt-4.1-mini.price.output_per_million",
        "endpoints.openai.models.gpt-4.1-mini.price.currency",
        "endpoints.openai.models.gpt-4.1-mini.price.source",
        "endpoints.openai.models.gpt-4.1-mini.price.date",
        "endpoints.Bad Name",
        "endpoints.new.context",
        "endpoints.new.concurrency",
    ):
        assert f"{own}: {key}" in told, key
    assert str(SHIPPED) not in told


def test_price_without_page_or_day_is_a_mistake(tmp_path: Path) -> None:
    for line in ("source", "date"):
        text = "\n".join(kept for kept in PRICE.splitlines() if not kept.startswith(line))
        assert f"price.{line}: Field required" in mistakes(tmp_path, text)
    assert "address of a page" in mistakes(tmp_path, PRICE.replace("https://", ""))


def test_endpoint_without_address_is_a_mistake(tmp_path: Path) -> None:
    assert "base_url is missing" in mistakes(tmp_path, "[endpoints.mine]\nconcurrency = 1\ncontext = 1000\n")


def test_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    told = mistakes(tmp_path, "[endpoints\n")
    assert "models.toml" in told and "line 1" in told


def test_file_that_is_no_utf8(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_bytes("# 中文".encode("gb18030"))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_catalog(SHIPPED, own)


def test_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert with_own(tmp_path, '\ufeff[endpoints.openai]\ndefault_model = "x"\n').find("openai").model == "x"
