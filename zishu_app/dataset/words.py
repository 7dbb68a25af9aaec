"""What samples are called by people, in the window as on the command line."""

from zishu_app.core.texts import counted, t


def verdict_word(verdict: str) -> str:
    """A verdict."""
    return {
        "pending": t("待审阅", "to review"),
        "accepted": t("采纳", "accepted"),
        "rejected": t("退回", "rejected"),
        "removed": t("回收站", "in the bin"),
    }.get(verdict, verdict)


def kind_word(kind: str) -> str:
    """A kind of sample."""
    return {
        "dialogue": t("对话", "dialogue"),
        "distilled": t("蒸馏", "distilled"),
        "correction": t("纠正", "correction"),
        "imported": t("导入", "imported"),
        "thinking": t("思考", "thinking"),
        "agentic": t("智能体", "agentic"),
    }.get(kind, kind)


def language_word(language: str) -> str:
    """A language."""
    return {"zh": t("中文", "Chinese"), "en": t("英文", "English")}.get(language, language)


def mark_word(tag: str) -> str:
    """A tag of the user's own as it is; those by which the program keeps what was said of an answer of hers, in words."""
    return {"liked": t("喜欢的", "liked"), "disliked": t("不喜欢的", "disliked")}.get(tag, tag)


def samples_word(count: int) -> str:
    """So many samples."""
    return t(f"{count:,} 个样本", counted(count, "sample"))


def act_word(what: str, total: int) -> str:
    """What an act did to so many samples."""
    many = samples_word(total)
    return {
        "accept": t(f"采纳 {many}", f"accepted {many}"),
        "reject": t(f"退回 {many}", f"rejected {many}"),
        "reopen": t(f"{many}改回待审阅", f"{many} back to undecided"),
        "remove": t(f"{many}移到回收站", f"{many} put into the bin"),
        "rate": t(f"给 {many}评分", f"rated {many}"),
        "flag": t(f"给 {many}插旗", f"flagged {many}"),
        "unflag": t(f"取消 {many}的旗子", f"flag taken off {many}"),
        "tag": t(f"改了 {many}的标签", f"tags of {many} changed"),
        "duplicates": t(f"退回重复的 {many}", f"rejected {many} as duplicates"),
        "apart": t("标为不重复", "said of a group that it is none"),
        "split": t("切开 1 个样本", "split 1 sample"),
        "restore": t(f"{many}回到另一个版本", f"{many} back to another version"),
    }.get(what, t(f"修改 {many}", f"edited {many}"))


def mistake_word(kind: str) -> str:
    """A kind of typing mistake, as the rules of dialogue/mistakes call it."""
    return (_mistakes_in_both() | _chinese_mistakes() | _english_mistakes()).get(kind, kind)


def _mistakes_in_both() -> dict[str, str]:
    return {"missing_end_punctuation": t("漏了句末标点", "no mark at the end")}


def _chinese_mistakes() -> dict[str, str]:
    return {
        "homophone_word": t("同音词", "word of the same sound"),
        "homophone_character": t("同音字", "character of the same sound"),
        "de": t("的地得", "three particles confused"),
        "near_pinyin": t("近音字", "nearly the same sound"),
        "similar_shape": t("形近字", "similar shape"),
        "swapped_characters": t("颠倒", "characters swapped"),
        "missing_character": t("漏字", "character left out"),
        "doubled_character": t("重字", "character doubled"),
        "wrong_particle": t("用错虚词", "wrong particle"),
        "missing_particle": t("漏了虚词", "particle left out"),
        "extra_particle": t("多了虚词", "particle too many"),
        "space_for_comma": t("空格代逗号", "space for a comma"),
    }


def _english_mistakes() -> dict[str, str]:
    return {
        "keyboard_neighbour": t("按到旁边的键", "key beside"),
        "doubled_letter": t("重复字母", "letter doubled"),
        "missing_letter": t("漏字母", "letter left out"),
        "swapped_letters": t("字母颠倒", "letters swapped"),
        "misspelling": t("拼错", "misspelling"),
        "confused_word": t("用错词", "confused word"),
        "missing_article": t("漏冠词", "article left out"),
        "wrong_article": t("用错冠词", "wrong article"),
        "agreement": t("主谓不一致", "agreement"),
        "missing_apostrophe": t("漏撇号", "apostrophe left out"),
        "missing_capital": t("该大写没大写", "no capital"),
    }
