"""Keys that open accounts: of model providers, clouds, code hosts; signed tokens; private keys."""

import re

from zishu_app.dataset.checking.traces import Trace, written_as

#: how keys begin, and how long the rest of them is at least
_FORMS = {
    "sk-": 20,
    "AKIA": 16,
    "ASIA": 16,
    "ghp_": 36,
    "gho_": 36,
    "ghu_": 36,
    "ghs_": 36,
    "ghr_": 36,
    "github_pat_": 22,
    "xoxb-": 20,
    "xoxp-": 20,
    "xoxa-": 20,
    "AIza": 35,
    "hf_": 30,
    "LTAI": 12,
    "eyJ": 60,
}
_KEY = rf"(?<![\w-])(?P<form>{'|'.join(_FORMS)})(?P<secret>[\w.-]{{12,400}})"
_PRIVATE_KEY = r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+(?P<secret>[A-Za-z0-9+/=\s]{40,}?)\s*-----END"
#: words of people who show what a key looks like
_SHOWN = re.compile(r"example|your|x{4}|\*{3}|\.{3}|0{6}|123456|abcdef|placeholder|replace|dummy|fake", re.I)


def _is_secret(found: re.Match[str]) -> bool:
    """No example, and as mixed as chance makes them: names-joined-by-dashes begin with sk- too."""
    form, secret = found["form"], found["secret"]
    if len(secret) < _FORMS[form] or (form == "eyJ") != bool(re.search(r"\w\.eyJ", secret)):
        return False
    return not _SHOWN.search(secret) and len(set(secret)) >= 10 and bool(re.search(r"\d", secret))


def _is_mixed(found: re.Match[str]) -> bool:
    return len(set(found["secret"])) >= 16


ACCESS_KEYS = (
    Trace("key", written_as(_KEY, _is_secret, re.ASCII)),
    Trace("key", written_as(_PRIVATE_KEY, _is_mixed)),
)
