"""The checks in words: what each is called, what it looks for, and what it has found."""

from zishu_app.core.texts import t
from zishu_app.dataset.checking.findings import Check, Finding


def title(check: Check) -> str:
    """What a check is called."""
    return {
        "short": t("太短", "Too short"),
        "long": t("太长", "Too long"),
        "language": t("语言不对", "Wrong language"),
        "repeats": t("反复重复", "Repeats itself"),
        "refusal": t("拒绝回答", "Refusal"),
        "private": t("隐私信息", "Private data"),
        "roles": t("角色错乱", "Broken roles"),
        "unfinished": t("没有说完", "Unfinished"),
    }[check]


def explanation(check: Check) -> str:
    """What it looks for, in a sentence."""
    return {
        "short": t(
            "助手说的话加起来太少，学不到什么；界限在设置里。",
            "The assistant says too little to learn from; the limit is in the settings.",
        ),
        "long": t(
            "整个样本太长，训练时多半会被截断；界限在设置里。",
            "The whole sample is so long that training would cut it; the limit is in the settings.",
        ),
        "language": t(
            "标的是一种语言，写的却是另一种；或者用另一种语言回答了问题。谈翻译和外语的不算。",
            "It says one language and reads another, or a question was answered in another language."
            " Talks about languages and translations are let be.",
        ),
        "repeats": t(
            "助手原地打转：同一段话一遍又一遍。诗歌、列表、表格和代码不算。",
            "The assistant turns in a circle, saying the same again and again. Poems, lists, tables and code are let be.",
        ),
        "refusal": t(
            "回答几乎只是在拒绝：她会学着说“我不能”。先拒绝、后帮忙的不算。",
            "The answer is little but a refusal: she would learn to say no. One that goes on to help is let be.",
        ),
        "private": t(
            "电话、身份证、银行卡、邮箱、住址或密钥，会随着数据集流出去。公开的示例号码不算。",
            "Telephone numbers, ID and bank cards, e-mail and street addresses, or keys, which would leave with the data set."
            " Well-known examples are let be.",
        ),
        "roles": t(
            "空消息、同一方连说两次、助手先开口，或最后不是助手说的：很多训练程序会报错或学歪。",
            "Empty messages, one side twice in a row, the assistant first, or not last: trainers stumble over these.",
        ),
        "unfinished": t(
            "回答停在半句话上，或者代码块、思考没有结束。",
            "An answer stops in the middle of a sentence, or code or a thought is never closed.",
        ),
    }[check]


def told(finding: Finding) -> str:
    """What was found, in a few words."""
    return {**_private_words(), **_other_words()}[finding.what]


def _private_words() -> dict[str, str]:
    return {
        "mobile": t("手机号", "mobile number"),
        "landline": t("固定电话", "landline number"),
        "phone": t("电话号码", "telephone number"),
        "id_card": t("身份证号", "ID card number"),
        "bank_card": t("银行卡号", "bank card number"),
        "email": t("邮箱地址", "e-mail address"),
        "address": t("住址", "street address"),
        "key": t("密钥", "secret key"),
    }


def _other_words() -> dict[str, str]:
    return {
        "short": t("说得太少", "says too little"),
        "long": t("太长", "too long"),
        "reads_zh": t("读起来是中文", "reads Chinese"),
        "reads_en": t("读起来是英文", "reads English"),
        "reads_other": t("读起来是别的语言", "reads another language"),
        "answered_zh": t("用中文回答", "answered in Chinese"),
        "answered_en": t("用英文回答", "answered in English"),
        "answered_other": t("用别的语言回答", "answered in another language"),
        "loop": t("同一段话不断重复", "the same words over and over"),
        "sentence": t("同一句话占了大半", "one sentence fills most of it"),
        "same_answer": t("和前面的回答一模一样", "the same as an earlier answer"),
        "refusal": t("几乎只是拒绝", "little but a refusal"),
        "empty": t("空消息", "empty message"),
        "twice": t("同一方连说两次", "one side twice in a row"),
        "assistant_first": t("助手先开口", "the assistant speaks first"),
        "system_late": t("系统消息不在最前面", "a system message that is not the first"),
        "no_answer": t("最后不是助手说的", "it does not end with the assistant"),
        "thought": t("思考没有结束", "a thought without its end"),
        "code": t("代码块没有结束", "a block of code without its end"),
        "comma": t("停在逗号或括号上", "ends with a comma or a bracket"),
        "colon": t("冒号后面什么也没有", "nothing after a colon"),
        "word": t("停在半句话上", "ends in the middle of a phrase"),
        "sentence_open": t("最后一句没有说完", "the last sentence has no end"),
    }
