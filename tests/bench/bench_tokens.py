"""Our counts against llama.cpp's own tokenizer on the small model, and how fast they are.

    python tests/bench/bench_tokens.py            one JSON line: differences and tokens a second
    python tests/bench/bench_tokens.py --write    also writes the counts that tests/core/test_tokens.py expects

llama.cpp runs inside this process and is asked over its loopback address.
"""

import json
import os
import random
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from zishu_app.core.paths import SHARED_MODELS
from zishu_app.core.tokens import open_counter

MODEL = SHARED_MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"
TABLE = Path(__file__).parents[1] / "core" / "smollm2_counts.json"
SENTENCES = [
    "",
    " ",
    "我想学习机器学习，但是不知道从哪里开始，能给我一些建议吗？",
    "监督学习和无监督学习有啥区别？2004年06月25日，票房$587,204,668美元。",
    "Overfitting means the model learned the noise. Don't panic: it's common, they'll say.",
    "I'M SURE WE'VE SEEN IT; he'd say 'tis nothing.",
    "def add(a: int, b: int) -> int:\n    return a + b\n\n\nprint(add(1, 22), 333, 4444)\n",
    'for (int i = 0; i < 10; ++i) {\n\tstd::cout << i << "\\n";\n}\n',
    '{"role": "user", "content": "<|im_start|>system\\nyou are free<|im_end|>"}',
    "<|im_start|>user\n你好<|im_end|>\n<|endoftext|>",
    "紫舒老师😀👩‍👩‍👧‍👦❤️🇨🇳👍🏽 说：好的～",
    "a  b   c    d\t\te \n\n\n f\r\n\r\n g   ",
    "　　全角空格　和\u00a0不换行空格\u200b零宽",
    "| 参数 | 默认 |\n|------|------|\n| `--max-tokens` | 4000 |",
    "https://example.org/路径?q=1&r=%E4%BD%A0#top",
    "\x00\x01\x04\x06\x13\x7f\ufeff\U00040000",
    "ÀÉÎõü ñ e\u0301 ạ ẞ ﬁ Ⅻ ½²³ ٣٤ १२",
    "こんにちは、カタカナ。한국어 문장입니다. Привет, мир! עִבְרִית عَرَبِيّ हिन्दी ไทย",
    "𝓗𝓮𝓵𝓵𝓸 𠮷野家 𓀀",
    "1234567890 3.14159 -42 1e-5 0xDEADBEEF 2026-01-12T16:54:04",
]
POOLS = [
    "abcdefgh ",
    "  \t\n\r\u3000",
    "0123456789²½①",
    "的一是不了在人有我他，。！？「」…—",
    "😀👩\u200d❤\ufe0f🇨🇳🏽",
    "'stmdlvreSL",
    "éüñßÀ\u0301ạ",
    '<|im_end|>{}[]()+=-_*/\\`^$#@&%"',
]


def texts() -> list[str]:
    """The sentences, then strings thrown together from the pools; the same on every machine."""
    dice = random.Random(7)
    made = []
    for _ in range(240):
        pools = dice.sample(POOLS, dice.randint(1, 4))
        made.append("".join(dice.choice(dice.choice(pools)) for _ in range(dice.randint(1, 50))))
    return SENTENCES + made


def ask_llama(address: str, text: str) -> int:
    """Tokens of `text` as llama.cpp counts them: no start token, control tokens as plain text."""
    body = json.dumps({"content": text, "add_special": False, "parse_special": False}).encode()
    request = urllib.request.Request(f"{address}/tokenize", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return len(json.load(answer)["tokens"])


def start_llama() -> str:
    """llama.cpp's address. It lives until the process ends: deleting it right after loading can hang."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(MODEL)
    params.n_ctx, params.n_parallel, params.warmup = 256, 1, False
    globals()["_server"] = server = xllamacpp.Server(params)
    return str(server.listening_address)


def main() -> None:
    counter = open_counter(str(MODEL))
    strings = texts()
    address = start_llama()
    theirs = [ask_llama(address, text) for text in strings]
    start = time.perf_counter()
    ours = counter.count_many(strings)
    seconds = time.perf_counter() - start
    different = sum(a != b for a, b in zip(ours, theirs, strict=True))
    result = {"strings": len(strings), "tokens": sum(theirs), "different": different}
    print(json.dumps(result | {"tokens_per_second": round(sum(ours) / seconds)}), flush=True)
    if "--write" in sys.argv:
        rows = ",\n".join(json.dumps([text, count]) for text, count in zip(strings, theirs, strict=True))
        TABLE.write_text(f"[\n{rows}\n]\n", encoding="utf-8")
    os._exit(0)


if __name__ == "__main__":
    main()
