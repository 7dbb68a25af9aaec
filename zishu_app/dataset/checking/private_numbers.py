"""Numbers of people: telephones, ID cards, bank cards."""

import re

from zishu_app.dataset.checking.traces import Trace, after, before, written_as

_OTHER_NUMBER = re.compile(
    r"订单|单号|编号|流水|快递|运单|货号|学号|工号|群号|QQ|微信群|条码|序列|型号|票号|案号|专利|批准文号|备案|版本"
    r"|\b(?:order|invoice|ticket|tracking|serial|id|isbn|part|model|item|case|uid|sku|seed|hash|build|version)\b\W*(?:\w+\W+)?$",
    re.I,
)
_UNIT = re.compile(
    r"\s*(?:亿|万|千|元|块|美元|人民币|人次|人|年|个|公里|千米|米|字节|次|吨|岁|倍|赫兹|%"
    r"|(?:dollars|people|years|bytes|miles|meters|users|USD|RMB|Hz)\b)",
    re.I,
)
_IN_A_LINK = re.compile(r"(?:https?://|www\.)\S*$|[=/?&_]$", re.I)


def _alone(found: re.Match[str]) -> bool:
    """Not an order, an amount, or a piece of a link."""
    return not (
        _IN_A_LINK.search(before(found, 200))
        or _OTHER_NUMBER.search(before(found))
        or _UNIT.match(after(found))
    )


def _digits(found: re.Match[str]) -> str:
    return re.sub(r"\D", "", found[0])


#: what forms and manuals show: the last eight digits of a mobile number
_SHOWN = re.compile(r"0013800[01]|12345678|87654321|(\d)\1{7}|\d*0{5}\d*|11112222|12341234|88886666")


def _is_mobile(found: re.Match[str]) -> bool:
    return _alone(found) and not _SHOWN.fullmatch(_digits(found)[-8:])


def _is_landline(found: re.Match[str]) -> bool:
    local = re.sub(r"\D", "", found["local"])
    return _alone(found) and not re.fullmatch(r"(\d)\1+|12345678?|87654321", local)


#: kept for films and for free or dear calls
_NOBODYS = re.compile("000|123|8(?:00|33|44|55|66|77|88)|900")


def _is_phone(found: re.Match[str]) -> bool:
    digits = _digits(found)[-10:]
    return (
        _alone(found)
        and not _NOBODYS.match(digits)
        and digits[3:6] != "555"
        and digits not in "12345678901234567890"
        and len(set(digits)) > 2
    )


def _is_foreign_phone(found: re.Match[str]) -> bool:
    """In groups, or called a telephone number: without either it may be a term of a sum."""
    if re.search(r"[\d)]\s*$", before(found)) or not _alone(found):
        return False
    told = re.search(r"[ -]", found[0]) or re.search(
        r"电话|手机|致电|\b(?:tel|phone|call|mobile|whatsapp|fax)", before(found), re.I
    )
    return bool(told) and 9 <= len(_digits(found)) <= 15 and len(set(_digits(found))) > 3


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_id_card(found: re.Match[str]) -> bool:
    """By its check digit: GB 11643-1999."""
    text = found[0].upper()
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


_OF_CARDS = re.compile(
    r"卡|账号|帐号|账户|帐户|银行|信用|转账|收款|\b(?:card|account|bank|visa|master\s?card|amex|credit|debit)\b",
    re.I,
)
#: what payment services give to testers
_TEST_CARDS = frozenset(
    {"4111111111111111", "4242424242424242", "5555555555554444", "4012888888881881", "378282246310005"}
)


def _is_bank_card(found: re.Match[str]) -> bool:
    """By Luhn's check digit. One in ten numbers passes: the words around it count too, or the groups it is written in."""
    digits = _digits(found)
    if digits in _TEST_CARDS or len(set(digits)) < 4 or not _luhn(digits) or not _alone(found):
        return False
    if not (_ISSUERS.match(digits) and _GROUPS.fullmatch(found[0])):
        return False
    told = found[0] != digits or bool(_OF_CARDS.search(f"{before(found, 24)} {after(found)}"))
    if digits.startswith("62"):
        return told or len(digits) in (16, 19)
    return told and len(digits) in (15, 16)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0


#: in fours, as American Express writes them, or without a break
_GROUPS = re.compile(
    r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{5}|62\d{4}[ -]\d{13}|\d+"
)
_ISSUERS = re.compile(r"62|4|5[1-5]|2[2-7]|3[47]")

NUMBERS = (
    Trace(
        "id_card",
        written_as(
            r"(?<![\w.])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)",
            _is_id_card,
            re.ASCII,
        ),
    ),
    Trace("bank_card", written_as(r"(?<![\d.-])[2-6]\d{3}(?:[ -]?\d){10,15}(?![\d-])", _is_bank_card)),
    Trace(
        "mobile",
        written_as(
            r"(?<![\d.A-Za-z-])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.]\d|\d|[A-Za-z])", _is_mobile
        ),
    ),
    Trace(
        "landline",
        written_as(
            r"(?<![\d.-])(?:\+86[- ]?[(]?0?|[(]?0)(?:10|2\d|[3-9]\d\d)(?:[)][- ]?|[- ])"
            r"(?P<local>[2-8]\d{2,3}[- ]?\d{4})(?![\d-]\d|\d)",
            _is_landline,
        ),
    ),
    Trace(
        "phone",
        written_as(
            r"(?<![\w.+-])(?:\+?1[-. ]?)?(?:[(][2-9]\d\d[)] ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}(?![\w-])",
            _is_phone,
        ),
    ),
    Trace(
        "phone",
        written_as(r"(?<![\w+])\+(?!86)[2-9]\d{0,2}(?:[- ]?[(]?\d{1,4}[)]?){2,5}(?!\d)", _is_foreign_phone),
    ),
)
