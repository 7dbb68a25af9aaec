"""What endpoints are called by people, and which of them a key is pasted for."""

from zishu_app.core.texts import t
from zishu_app.llm.catalog import CUSTOM, Catalog
from zishu_app.llm.names import endpoint_name

#: stands for an address given by hand
OWN = CUSTOM


def name_of(endpoint: str) -> str:
    """The company's or program's name; one's own address as a choice."""
    return t("自己的地址……", "An address of my own …") if endpoint == OWN else endpoint_name(endpoint)


def names_of(endpoints: list[str]) -> str:
    """Some of them in a row: A、B 或 C."""
    named = [name_of(one) for one in endpoints]
    last = named.pop()
    if not named:
        return last
    return t("、", ", ").join(named) + t(f" 或 {last}", f" or {last}")


def offered(catalog: Catalog, candidates: list[str]) -> list[str]:
    """In the order in which they are offered: those a key may belong to, the others, one's own address."""
    remote = [name for name, record in catalog.endpoints.items() if record.kind == "openai"]
    return [*candidates, *(name for name in remote if name not in candidates), OWN]
