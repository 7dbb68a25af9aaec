"""What the teacher on loopback says: a pure function of the request, so varied that long talks do not repeat."""

import hashlib
import json
import random
import re
import tomllib
from pathlib import Path
from typing import Any

STOCK = tomllib.loads(Path(__file__).with_name("teacher_words.toml").read_text(encoding="utf-8"))
USER_SIDE = re.compile(
    r"(扮演|模拟|你是|作为)[^。\n]{0,16}(用户|提问者|学习者)|simulat\w+ (a|the) user|"
    r"(play|are|act as) (the|a|an) [\w ]{0,20}(user|learner|asker)",
    re.I,
)
FORM_ZH = ("核心问题", "关键观点", "重要结论")
FORM_EN = ("Core Questions", "Key Insights", "Important Conclusions")
FINAL_ZH = ("主要讨论的问题", "核心观点和结论")
FINAL_EN = ("Main Issues Discussed", "Core Insights and Conclusions")


def digest(messages: Any, seed: Any, model: str) -> str:
    """The name of a request: equal for equal (messages, seed, model)."""
    text = json.dumps([messages, seed, model], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def language_of(messages: list[dict[str, Any]]) -> str:
    """The language the talk is held in: that of the last message, else of all."""
    for text in (messages[-1]["content"] if messages else "", "".join(m["content"] for m in messages)):
        chinese, latin = len(re.findall(r"[一-鿿]", text)), len(re.findall(r"[A-Za-z]{2,}", text))
        if chinese or latin:
            return "zh" if chinese >= latin else "en"
    return "zh"


def good_answer(request: dict[str, Any], tokens: int, name: str = "") -> str:
    """The answer to a request: a pure function of messages, seed and model (and the length asked for).

    `name` is the request's digest, if it is already known.
    """
    messages = request["messages"]
    dice = random.Random(name or digest(messages, request.get("seed"), request.get("model", "")))
    language = language_of(messages)
    system = messages[0]["content"] if messages and messages[0]["role"] == "system" else ""
    asked = "\n".join(message["content"] for message in messages if message["role"] == "user")
    if schema := (request.get("response_format") or {}).get("json_schema", {}).get("schema"):
        return json.dumps(fit(schema, schema, dice, language), ensure_ascii=False)
    if "对话主题" in system + asked:
        return form(dice, "zh", "整体对话主题" in system + asked, asked)
    if "conversation topic" in (system + asked).lower():
        return form(dice, "en", "overall conversation topic" in (system + asked).lower(), asked)
    if USER_SIDE.search(system):
        return question(dice, language) if dice.random() < 0.7 else remark(dice, language)
    return speech(dice, language, tokens)


def speech(dice: random.Random, language: str, tokens: int) -> str:
    """Several sentences, about `tokens` pieces long."""
    parts = [remark(dice, language)]
    length = len(pieces_of(parts[0]))
    while length < tokens:
        lead, mark = dice.choice(STOCK[language]["lead"]), dice.choice("，：" if language == "zh" else ",:")
        said = (
            f"{lead}{mark}{remark(dice, 'zh')}" if language == "zh" else f" {lead}{mark} {remark(dice, 'en')}"
        )
        parts.append(said)
        length += len(pieces_of(said))
    return "".join(parts)


def remark(dice: random.Random, language: str) -> str:
    """One sentence of many forms."""
    w = {name: dice.choice(words) for name, words in STOCK[language].items()}
    other, town, number = dice.choice(STOCK[language]["thing"]), coined(dice, language), dice.randint(2, 990)
    if language == "zh":
        return dice.choice(
            (
                f"{w['time']}{w['who']}{w['how']}{w['act']}了{w['num']}{w['unit']}{w['thing']}，{w['end']}。",
                f"{w['who']}{w['why']}，把{w['thing']}和{town}的{other}一起{w['act']}，{w['end']}。",
                f"{w['act']}{w['thing']}{w['why']}时，{w['how']}来，{number}克{other}就够。",
                f"{w['thing']}{w['time']}放在{other}旁边，{town}{w['who']}{w['act']}过{number}次，{w['end']}！",
                f"{w['why']}才{w['act']}{other}，{w['num']}{w['unit']}{w['thing']}可以{w['how']}处理。",
            )
        )
    person, brand = coined(dice, language), coined(dice, language)
    sentence = dice.choice(
        (
            f"{w['time']} {person} from {town} {w['act']} {w['num']} {w['unit']} {w['thing']}, {w['end']}.",
            f"{w['who']} {w['act']} {brand} {w['thing']} {w['why']}, and {person} liked {town} {other}.",
            f"{person} {w['how']} {w['act']} {number} {brand} {other} near {town}.",
            f"{brand} {w['thing']}? {person} {w['act']} {number} of them {w['time']}, {w['end']}.",
            f"{town} sells {other} like {brand}; {person} {w['act']} {w['thing']} {w['how']}.",
        )
    )
    return sentence[0].upper() + sentence[1:]


def question(dice: random.Random, language: str) -> str:
    """One short question."""
    w = {name: dice.choice(words) for name, words in STOCK[language].items()}
    town = coined(dice, language)
    if language == "zh":
        return dice.choice(
            (
                f"{w['ask']}{w['how']}{w['act']}{town}的{w['thing']}？",
                f"{w['time']}{w['thing']}{w['ask']}{w['act']}呀",
                f"我{w['why']}，{w['ask']}{w['act']}{w['num']}{w['unit']}{w['thing']}",
                f"{town}{w['who']}说{w['thing']}{w['end']}，真的吗？",
            )
        )
    brand = coined(dice, language)
    return dice.choice(
        (
            f"{w['ask']} {brand} {w['thing']} {w['why']}?",
            f"{w['ask']} {w['num']} {brand} {w['thing']} in {town}?",
            f"{brand} {w['act']} {town} {w['thing']}, right?",
            f"so {town} and {brand} {w['thing']} {w['how']}?",
        )
    )


def coined(dice: random.Random, language: str) -> str:
    """A name nobody bears: two or three syllables."""
    if language == "zh":
        return "".join(
            dice.choice("云安江临松柳青石白桥远岚溪梅川原湖渡城岭湾坪荷桂榆槐沙洛泽庐") for _ in range(2)
        )
    parts = (
        dice.choice("bdfgjklmnprstvwz") + dice.choice("aeiou") + dice.choice("lnrstxkmb") for _ in range(3)
    )
    return "".join(parts)[: dice.randint(5, 8)].capitalize()


def form(dice: random.Random, language: str, whole: bool, source: str) -> str:
    """A distillation in the form of the seeds' documents; questions that stand in the source are taken up."""
    asked = [found.strip() for found in re.findall(r"[^\s。！？?!.：:]{3,40}[？?]", source)][:2]
    cited = re.findall(r"\[(\d+)\]", source)
    topic = dice.choice(STOCK[language]["thing"])
    colon, names = ("：", FORM_ZH) if language == "zh" else (": ", FORM_EN)
    names = names if not whole else FINAL_ZH if language == "zh" else FINAL_EN
    title = ("整体对话主题" if whole else "对话主题") if language == "zh" else "Conversation Topic"
    title = f"Overall {title}" if whole and language == "en" else title
    parts = [f"{title}{colon}{topic}"]
    for number, name in enumerate(names):
        lines = (
            asked if number == 0 and asked else [remark(dice, language) for _ in range(dice.randint(2, 3))]
        )
        lines = [f"{line} [{dice.choice(cited)}]" for line in lines] if cited else lines
        parts.append(f"{name}{colon.rstrip()}\n" + "\n".join(f"- {line}" for line in lines))
    return "\n\n".join(parts)


def fit(schema: Any, root: Any, dice: random.Random, language: str) -> Any:
    """A value that fits a JSON schema."""
    if not isinstance(schema, dict):
        return None
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return fit(target, root, dice, language)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else dice.choice(schema["enum"])
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return fit(next((s for s in schema[name] if s.get("type") != "null"), {}), root, dice, language)
    return fit_type(schema, root, dice, language)


def fit_type(schema: dict[str, Any], root: Any, dice: random.Random, language: str) -> Any:
    """A value of a schema's type."""
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next((k for k in kind if k != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        return {name: fit(part, root, dice, language) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        count = max(schema.get("minItems", 0), min(schema.get("maxItems", 3), dice.randint(1, 3)))
        return [fit(schema.get("items", {}), root, dice, language) for _ in range(count)]
    low, high = schema.get("minimum", 0), schema.get("maximum", 10)
    plain = {
        "integer": dice.randint(int(low), int(max(low, high))),
        "number": round(dice.uniform(low, high), 2),
        "boolean": dice.random() < 0.5,
        "null": None,
    }
    return plain[kind] if kind in plain else remark(dice, language)[: schema.get("maxLength", 10_000)]


def pieces_of(text: str) -> list[str]:
    """The text in pieces of about one token."""
    return _PIECE.findall(text)


def count_tokens(text: str) -> int:
    """A plausible number of tokens: a Chinese character (three bytes) is two thirds of one, a letter a quarter."""
    chinese = (len(text.encode("utf-8", "replace")) - len(text)) // 2
    return max(1, round(chinese / 1.5 + (len(text) - chinese) / 4)) if text else 0


_PIECE = re.compile(r"[A-Za-z0-9]+ ?|[一-鿿]{1,2}|.", re.DOTALL)
