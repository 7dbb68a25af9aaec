"""What a memory answers, in words of our own that are the same in both languages: "name", "home", "sister.name", "taste:tea".

Two memories that answer the same differently cannot both be true: the later one holds, the earlier one was so until then.
A taste is a slot for each thing: its value says whether one likes it, "yes" or "no". "not:Berlin" says only what is so no
longer.
"""

import re
from collections.abc import Mapping

from zishu_app.core.terms import folded

#: what people and animals around the person are called: the word in our slots, and the words people say. Only those one has
#: one or few of: which colleague was meant is not known the next day
AROUND: Mapping[str, str] = {
    "mother": "妈妈 妈 母亲 老妈 mother mum mom mama",
    "father": "爸爸 爸 父亲 老爸 father dad papa",
    "parents": "爸妈 父母 parents",
    "older brother": "哥哥 哥 大哥 older-brother",
    "younger brother": "弟弟 弟 younger-brother little-brother",
    "older sister": "姐姐 姐 大姐 older-sister",
    "younger sister": "妹妹 妹 younger-sister little-sister",
    "brother": "brother",
    "sister": "sister",
    "wife": "老婆 妻子 太太 媳妇 wife",
    "husband": "老公 丈夫 先生 husband",
    "girlfriend": "女朋友 女友 girlfriend",
    "boyfriend": "男朋友 男友 boyfriend",
    "partner": "对象 伴侣 爱人 那位 那口子 另一半 未婚夫 未婚妻 partner fiance fiancee",
    "former partner": "前任 前男友 前女友 前夫 前妻 初恋 ex ex-husband ex-wife",
    "son": "儿子 son",
    "daughter": "女儿 闺女 daughter",
    "child": "孩子 宝宝 kid child baby",
    "grandfather": "爷爷 外公 姥爷 grandfather grandpa grandad granddad",
    "grandmother": "奶奶 外婆 姥姥 grandmother grandma gran granny nan nana",
    "cousin": "表哥 表姐 表弟 表妹 堂哥 堂姐 堂弟 堂妹 cousin",
    "aunt": "姑姑 阿姨 姨妈 舅妈 aunt",
    "uncle": "叔叔 舅舅 姑父 伯伯 uncle",
    "parents-in-law": "公婆 岳父母 in-laws",
    "mother-in-law": "婆婆 岳母 丈母娘 mother-in-law",
    "father-in-law": "公公 岳父 老丈人 father-in-law",
    "grandparents": "爷爷奶奶 外公外婆 grandparents",
    "grandchild": "孙子 孙女 外孙 外孙女 grandson granddaughter",
    "nephew": "侄子 外甥 nephew",
    "niece": "侄女 外甥女 niece",
    "sister-in-law": "嫂子 弟妹 sister-in-law",
    "brother-in-law": "姐夫 妹夫 brother-in-law",
    "twin": "twin-brother twin-sister twin",
    "best friend": "闺蜜 最好的朋友 发小 死党 best-friend",
    "cat": "猫 猫咪 猫猫 喵 cat kitten",
    "dog": "狗 狗狗 小狗 dog puppy",
    "rabbit": "兔子 rabbit bunny",
    "hamster": "仓鼠 hamster",
    "parrot": "鹦鹉 parrot",
    "bird": "鸟 小鸟 bird",
    "fish": "鱼 金鱼 fish goldfish",
    "turtle": "乌龟 turtle tortoise",
    "pet": "宠物 pet",
}
#: what of one's own one tells: the word in our slots, and the words people say
OWN: Mapping[str, str] = {
    "birthday": "生日 birthday",
    "job": "工作 职业 job profession occupation",
    "major": "专业 major",
    "dream": "梦想 理想 dream",
    "goal": "目标 goal",
    "hobby": "爱好 兴趣 hobby",
    "phone": "手机号 手机号码 电话 电话号码 phone-number number",
    "email": "邮箱 邮箱地址 email email-address",
    "wechat": "微信 微信号 wechat",
    "address": "地址 住址 address",
    "car": "车 车子 car",
    "plate": "车牌 车牌号 plate licence-plate license-plate",
    "phone model": "手机 phone",
    "computer": "电脑 computer laptop",
    "star sign": "星座 star-sign zodiac-sign sign",
    "blood type": "血型 blood-type",
    "height": "身高 height",
    "weight": "体重 weight",
    "mother tongue": "母语 native-language mother-tongue first-language",
    "motto": "座右铭 motto",
    "school": "学校 school university",
    "company": "公司 company employer",
    "english name": "英文名 英文名字 english-name",
    "nickname": "小名 昵称 网名 微信名 外号 绰号 nickname",
    "hometown": "老家 家乡 故乡 籍贯 hometown",
    "shoe size": "鞋码 shoe-size",
    "mbti": "MBTI mbti",
    "middle name": "middle-name",
    "surname": "last-name surname family-name",
}


def _said_as(table: Mapping[str, str]) -> dict[str, str]:
    return {folded(word.replace("-", " ")): name for name, words in table.items() for word in words.split()}


_AROUND, _OWN = _said_as(AROUND), _said_as(OWN)


def around(word: str) -> str:
    """The word for somebody around the person in our slots; itself where there is none."""
    return _AROUND.get(folded(word.replace("-", " ")), folded(word))


def own(word: str) -> str:
    """The word for something of the person's own in our slots; itself where there is none."""
    return _OWN.get(folded(word), folded(word))


def spoken(table: Mapping[str, str], *, latin: bool) -> list[str]:
    """All words of a table that people say in one language, the longest first."""
    words = {word.replace("-", " ") for line in table.values() for word in line.split()}
    return sorted((word for word in words if word.isascii() == latin), key=lambda word: (-len(word), word))


#: of whom one has only one at a time; of pets, children and siblings there may be several, and each has a slot of its own
ONLY = frozenset(["mother", "father", "wife", "husband", "girlfriend", "boyfriend", "partner"])


def name_of(who: str, name: str) -> str:
    """The slot for what somebody or some animal around the person is called."""
    word = around(who)
    return f"{word}.name" if word in ONLY else f"{word}.name:{folded(name).strip()}"


_DOING = re.compile(r"^(?:吃|喝|看|听|玩|学|去|eating |drinking |playing |watching |doing )(?=.)")


def taste(thing: str) -> str:
    """The slot for whether one likes something, however one has it."""
    return f"taste:{_DOING.sub('', folded(thing).strip())}"
