"""What splitting talks costs beside tokenising each message once: 200 dialogues of 200 messages.

    python tests/bench/bench_chunks.py

One JSON line. `ratio`: seconds of counting and cutting / seconds of counting alone; the aim is 1.1 or less.
"""

import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from zishu_app.core.messages import Message
from zishu_app.core.tokens import Counter, open_counter
from zishu_app.distill.chunks import by_tokens

SENTENCES = [
    "我想学习机器学习，但是不知道从哪里开始。",
    "监督学习用带标签的数据，无监督学习自己找结构。",
    "可以先从线性回归写起，再看看梯度下降是怎么一步步逼近最小值的。",
    "那过拟合是什么意思啊？",
    "Use a validation set and stop when its loss no longer falls.",
    "代码可以这样写：`model.fit(x, y, epochs=10)`。",
    "上周跑了3次实验，准确率分别是0.81、0.84和0.79，波动有点大。",
    "你可以把学习率调到1e-4，再配合余弦退火和预热。",
    "哈哈哈原来是这样，我之前一直理解错了😂",
    "除此之外，数据清洗往往比换模型更管用：重复的、标错的、太短的都要处理掉。",
    "有没有推荐的书或者课程？最好是中文的，英文看着太累。",
    "周志华的《机器学习》适合打基础，李沐的《动手学深度学习》适合边写边学。",
    "In short: start simple, measure, change one thing at a time.",
    "对了，显卡只有8GB显存，能训练吗？要不要租云服务器？",
    "可以的，用4位量化加LoRA，7B的模型大约需要6GB显存，批大小设为1，再开梯度累积。",
    "嗯嗯明白了，那我先去装环境，遇到问题再来问你。",
]


def dialogue(dice: random.Random, messages: int) -> list[Message]:
    """Questions of one or two sentences, answers of three to eight."""
    return [
        Message("assistant", "".join(dice.choices(SENTENCES, k=dice.randint(3, 8))))
        if number % 2
        else Message("user", "".join(dice.choices(SENTENCES, k=dice.randint(1, 2))))
        for number in range(messages)
    ]


def split(talks: list[list[Message]], counter: Counter) -> int:
    """Count and cut all talks with the default limits; number of chunks."""
    chunks = 0
    for talk in talks:
        counts = counter.count_many([message.content for message in talk])
        chunks += len(by_tokens(talk, counts, max_tokens=4000, overlap_tokens=200, count=counter.count))
    return chunks


def main() -> None:
    dice = random.Random(7)
    talks = [dialogue(dice, 200) for _ in range(200)]
    texts = [[message.content for message in talk] for talk in talks]
    counter = open_counter("o200k_base")
    encoding, splitting, chunks = [], [], 0
    for _ in range(5):  # in turn, so that a busy machine slows both
        start = time.perf_counter()
        tokens = sum(sum(counter.count_many(some)) for some in texts)
        middle = time.perf_counter()
        chunks = split(talks, counter)
        encoding.append(middle - start)
        splitting.append(time.perf_counter() - middle)
    result = {
        "dialogues": len(talks),
        "messages": sum(map(len, talks)),
        "tokens": tokens,
        "chunks": chunks,
        "encoding_s": round(min(encoding), 3),
        "splitting_s": round(min(splitting), 3),
        "ratio": round(min(splitting) / min(encoding), 3),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
