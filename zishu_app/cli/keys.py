"""`zishu keys`: store, forget and look at API keys. A secret is never printed and never taken from a flag."""

import argparse
import getpass
import sys

from zishu_app.cli.session import open_house
from zishu_app.core.errors import UsageError
from zishu_app.core.texts import t
from zishu_app.house import House


def run(given: argparse.Namespace) -> int:
    """One of list, set, forget."""
    house = open_house(given)
    return {"list": _list, "set": _set, "forget": _forget}[given.action](house, given)


def _list(house: House, _given: argparse.Namespace) -> int:
    for name, record in house.catalog.endpoints.items():
        if not record.needs_key:
            continue
        key = house.keys.find(name, record.key_env)
        print(f"{name:14} {where(key.place, key.variable) if key else t('没有密钥', 'no key')}")
    return 0


def where(place: str, variable: str = "") -> str:
    """Where a key lies, in words."""
    return {
        "run": t("只用于这一次", "for this run only"),
        "environment": t(f"环境变量 {variable}", f"environment variable {variable}"),
        "keyring": t("系统钥匙串", "the system's keyring"),
        "file": t("数据目录里仅本人可读的文件", "a file in the home folder only you can read"),
    }[place]


def _set(house: House, given: argparse.Namespace) -> int:
    asked = t("粘贴 API 密钥（不会显示）：", "Paste the API key (it is not shown): ")
    secret = getpass.getpass(asked).strip() if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not secret:
        raise UsageError(t("没有输入密钥。", "No key was given."))
    endpoint = given.endpoint or _recognised(house, secret)
    if endpoint not in house.catalog.endpoints:
        raise UsageError(
            t(f"没有名为 {endpoint} 的接口。", f"There is no endpoint {endpoint}."),
            t("可用：", "There are: ") + ", ".join(house.catalog.endpoints),
        )
    place = house.keys.store(endpoint, secret)
    print(
        t(f"{endpoint} 的密钥已存入：{where(place)}。", f"The key of {endpoint} is kept in {where(place)}.")
    )
    if place == "file":
        print(t("（这个系统没有可用的钥匙串。）", "(This system has no usable keyring.)"))
    return 0


def _recognised(house: House, secret: str) -> str:
    """The one endpoint a key can belong to."""
    found = house.catalog.recognise(secret)
    if len(found) == 1:
        return found[0]
    names = ", ".join(found or house.catalog.endpoints)
    raise UsageError(
        t("认不出这个密钥属于哪个接口。", "Which endpoint this key belongs to cannot be told from it."),
        t(f"写明接口：zishu keys set <接口>（{names}）", f"Name it: zishu keys set <endpoint> ({names})"),
    )


def _forget(house: House, given: argparse.Namespace) -> int:
    if not house.keys.forget(given.endpoint):
        print(t(f"没有存过 {given.endpoint} 的密钥。", f"No key of {given.endpoint} was kept."))
        return 1
    print(t(f"{given.endpoint} 的密钥已删除。", f"The key of {given.endpoint} is forgotten."))
    return 0
