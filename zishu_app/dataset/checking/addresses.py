"""Where people live and get their mail: street addresses, Chinese and English, and e-mail addresses.

A street and a number alone are no secret, and offices, shops and sights want to be found. So an address is found where
it leads to a door (a room, a flat), or where it is whole and nothing says that it is a public place.
"""

import re
from collections.abc import Iterator

from zishu_app.dataset.checking.traces import Trace, after, before, written_as

_NOBODY = re.compile(
    r"(?:your?|my|user|username|name|test|tester|example|sample|someone|somebody|email|e-mail|mail|abc|xyz|x+|aaa|foo|bar"
    r"|first|last|firstname|lastname|info|support|services?|contact|admin|administrator|no-?reply|do-?not-?reply"
    r"|sales|help|hello|office|press|hr|jobs|webmaster|postmaster|root|git|kefu|feedback|recruit|alerts?|notifications?"
    r"|newsletter|news|marketing|team|billing|orders?|\w)"
    r"(?:[._-]?(?:name|mail|email|address|user|here|you))?\d{0,4}",
    re.I,
)
_NOWHERE = re.compile(
    r"(?:.*\.)?(?:example|test|invalid|localhost|domain|company|email|mail|yourdomain|yourcompany|mycompany|x{2,}|abc|\w"
    r"|server|host)\.\w+(?:\.\w+)?|.*\.(?:png|jpe?g|gif|svg|webp|js|css|py|local|test|invalid|example)",
    re.I,
)


def _is_email(found: re.Match[str]) -> bool:
    """Somebody's: no example, no office, no file, no login in a link."""
    local, domain = found[0].rsplit("@", 1)
    return not (_NOBODY.fullmatch(local) or _NOWHERE.fullmatch(domain) or before(found, 3).endswith("//"))


_HAN = "\u4e00-\u9fff"
_WAYS = "大道|大街|胡同|公路|路|街|巷|弄|里|村|小区|花园|公寓|家园|苑|新村|社区"
#: a way and what follows it: a number, a building, a door
_ADDRESS = re.compile(
    rf"(?:{_WAYS})(?:[东南西北中一二三四五六七八九十]段)?\s?(?=\d)"
    rf"(?P<house>\d{{1,5}}(?:-\d{{1,4}})?(?:号院?|弄)(?!线|门|馆|厅|店|公路|高速)(?:[{_HAN}]{{2,10}}?(?:小区|花园|公寓|家园|苑|新村|大厦))?)?"
    r"(?P<door>(?:\s?(?:[A-Za-z]?\d{1,3}\s?(?:号楼|栋|幢|座)|\d{1,2}\s?单元|\d{1,2}\s?[楼层]|[A-Za-z]?\d{2,4}\s?[室房户]))*)"
)
_REGION = re.compile(r"省|自治区|自治州|(?<![超城夜菜都])市|(?<![小社地景校院山])区|县|(?<![古小])镇|乡")
#: words that stand right before an address and are no part of it
_LEAD = re.compile(
    r".*(?:住在|住|家在|地址|寄到|寄往|寄|送到|送往|发到|[是为在到至往去从于：:，,。；;！!？?\s])", re.S
)
#: what the place around an address says of it
_PUBLIC = re.compile(
    r"位于|坐落|总部|馆址|校址|店址|院址|营业|公司|大学|学院|学校|中学|小学|医院|诊所|酒店|宾馆|饭店|餐厅|餐馆|饭馆|火锅|面馆"
    r"|咖啡|书店|商场|超市|门店|分店|专卖|博物|展览|美术馆|图书馆|体育馆|剧院|影院|景区|景点|公园|古镇|寺|故居|遗址|旧址"
    r"|机场|车站|火车站|地铁|银行|法院|政府|派出所|公安|使馆|领事|出版社|门票|旅游"
)
_PRIVATE = re.compile(r"家|住|寄|收货|收件|快递|籍贯|户口|户籍|身份证")


def _chinese(text: str) -> Iterator[tuple[int, int]]:
    for found in _ADDRESS.finditer(text):
        ahead = text[max(0, found.start() - 32) : found.start()]
        lead = _LEAD.sub("", ahead, count=1)
        start = found.start() - len(lead)
        if lead and re.fullmatch(rf"[{_HAN}\d]+", lead) and _is_home(found, lead, start):
            yield start, found.end()


def _is_home(found: re.Match[str], lead: str, start: int) -> bool:
    """A door, or a whole address that nobody calls a public place."""
    if "某" in lead or not (found["house"] or found["door"]):
        return False
    if re.search("[单室房户栋幢]|号楼", found["door"]):
        return True
    around = found.string[max(0, start - 24) : start]
    public = _PUBLIC.search(around + lead) or _PUBLIC.search(after(found, 8))
    return bool(_REGION.search(lead) and found["house"] and (_PRIVATE.search(around) or not public))


_WAY = r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Circle|Cir|Parkway|Pkwy|Way)"
_STATE = "(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])"
_ENGLISH = (
    rf"(?<![\w.$-])\d{{1,5}}[A-Z]? (?:[NSEW]\.? )?(?:[A-Z][a-z'’]+|\d{{1,3}}(?:st|nd|rd|th))(?: [A-Z][a-z'’]+){{0,2}} {_WAY}\b\.?"
    r"(?P<door>,? (?:Apt|Apartment|Unit|Flat|Suite|Ste|#)\.? ?#?\w{1,5})?"
    rf"(?P<town>,? (?:[A-Z][a-z]+ ?){{1,3}},? (?:{_STATE}\b(?:,? \d{{5}}(?:-\d{{4}})?)?"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?"
)
_LIVES = re.compile(
    r"\b(?:live[sd]?|living|moved|reside[sd]?|(?:my|his|her|their|home|mailing|shipping|billing|delivery) address|ship|deliver(?:ed)?"
    r"|mail(?:ed)?|send|sent|home|house|apartment)\b",
    re.I,
)
#: what everybody knows, and what forms show
_KNOWN = re.compile(
    r"White House|Pennsylvania Avenue|Downing Street|Baker Street|Infinite Loop|Sesame|Privet Drive|Wall Street|Main St|Any ?[Tt]own"
    r"|Anywhere|Springfield|^123 "
)
_OFFICES = re.compile(
    r"\b(?:restaurants?|caf[eé]s?|hotels?|stores?|shops?|banks?|museums?|librar(?:y|ies)|hospitals?|clinics?|offices?|headquarter(?:s|ed)|located"
    r"|venues?|schools?|universit(?:y|ies)|college|church|park|theat(?:er|re)s?|airport|station|bakery|bar|pizza|cuisine|company|inc)\b",
    re.I,
)


def _is_english_home(found: re.Match[str]) -> bool:
    if _KNOWN.search(found[0]):
        return False
    if _LIVES.search(before(found, 40)):
        return True
    whole = found["door"] or re.search(r"\d", found["town"] or "")
    public = _OFFICES.search(found.string) or _PUBLIC.search(before(found, 24))
    return bool(found["town"] and whole and not public)


MAIL = (
    Trace(
        "email",
        written_as(
            r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,12}(?![\w@])",
            _is_email,
            re.ASCII,
        ),
    ),
)
STREETS = (Trace("address", _chinese), Trace("address", written_as(_ENGLISH, _is_english_home)))
