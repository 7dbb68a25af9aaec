"""Chinese: who one is, where one lives and comes from, what one does. Pure.

Precision before recall: a memory that is wrong is worse than one that is missing. A clause must have one of these forms from
its first to its last character; what else is said in it makes it another clause.
"""

import re

from zishu_app.memory.noticing.chinese.forms import HEAD, NAME, NUMBER, TAIL
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.words import any_of

_ONE = r"(?:[一1](?:名|个|位|只|条))?"


#: characters that stand in no name
_NO_NAME = re.compile(
    "[你您我他她它了不什么啥谁这那来去着过吗呢吧]|外卖|滴滴|出租|快递|车$|车去|醒|起床|一声|停|住$|做$|人$"
)


_JOBS = any_of("zh", "jobs")


_PLACES = any_of("zh", "places")


_SIGNS = any_of("zh", "signs")


_DATE = rf"(?:(?:农历|阴历|阳历)?{NUMBER}月(?:初?{NUMBER})(?:日|号)?|\d{{1,2}}[./-]\d{{1,2}})"


def _name(found: Found) -> str:
    return "" if _NO_NAME.search(found["x"]) else f"用户的名字是{found['x']}"


def _called(found: Found) -> str:
    name = re.sub("就(?:好|行|可以|成).*$", "", found["x"])
    return "" if not name or re.search("[你您我他她它了不什么啥]", name) else f"用户希望被叫作{name}"


def _with(found: Found) -> str:
    return f"用户和{found['x'].removeprefix('我')}一起住"


_PLACE = r"(?P<x>(?!的)[^你您她他它我这那]{2,16}?)"


_WHEN = r"(?:上个?月|上周|去年|今年|前年|刚刚?|最近|已经|前几天|前不久)*"

RULES: tuple[Rule, ...] = (
    # who
    Rule(
        rf"(?:我|人家|本人)(?:的)?(?:名字|姓名|大名|本名)?(?:叫做?|名叫|名字是|的名字是|名字叫|姓名是|是叫|大名叫"
        rf"|本名叫){NAME}{TAIL}",
        text=_name,
        importance=0.9,
        slot="name",
        value="{x}",
    ),
    Rule(rf"我的名字是{NAME}{TAIL}", text=_name, importance=0.9, slot="name", value="{x}"),
    Rule(r"我姓(?P<x>[\u4e00-\u9fff]{1,2})", text="用户姓{x}", importance=0.8, slot="surname", value="{x}"),
    Rule(
        rf"(?:你|您)?(?:以后|今后|之后)?(?:可以|就|都)?(?:直接)?叫我{NAME}(?:就(?:好|行|可以)了?|好了|吧)?{TAIL}",
        text=_called,
        kind="preference",
        importance=0.9,
        slot="called",
        value=lambda found: _called(found).removeprefix("用户希望被叫作"),
    ),
    Rule(
        rf"(?:大家|朋友们?|同学们?|别人|家里人|家人)都?叫我{NAME}",
        text=lambda found: _called(found) and f"大家都叫用户{found['x']}",
        kind="preference",
        importance=0.8,
        slot="called",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}(?:刚满?|快|马上)*(?P<x>{NUMBER})(?:周?岁){TAIL}",
        text="用户{x}岁",
        importance=0.6,
        slot="age",
        value="{x}",
    ),
    Rule(rf"我今年(?P<x>{NUMBER}){TAIL}", text="用户{x}岁", importance=0.6, slot="age", value="{x}"),
    Rule(
        r"我(?:今年)?(?:都|快|刚)?(?P<x>[1-9]\d|[二三四五六七八九]?十[一二三四五六七八九]?)[了啦]",
        text="用户{x}岁",
        importance=0.6,
        slot="age",
        value="{x}",
    ),
    Rule(
        r"我是?(?P<x>\d{2}(?:\d{2})?)年(?:出生|生)?的?",
        text="用户是{x}年出生的",
        importance=0.6,
        slot="born",
        value="{x}",
    ),
    Rule(r"我是(?P<x>\d0后)", text="用户是{x}", slot="born", value="{x}"),
    Rule(
        rf"我(?:的)?(?:生日|的生日)(?:是|在)?(?P<x>{_DATE}){TAIL}",
        text="用户的生日是{x}",
        importance=0.8,
        slot="birthday",
        value="{x}",
    ),
    Rule(
        rf"我(?:是)?(?:\d{{4}}年)?(?P<x>{_DATE})(?:（周.）)?(?:过?生日|出生|生){TAIL}",
        text="用户的生日是{x}",
        importance=0.8,
        slot="birthday",
        value="{x}",
    ),
    Rule(rf"我是?(?P<x>{_SIGNS})座的?{TAIL}", text="用户是{x}座", slot="star sign", value="{x}"),
    Rule(rf"我是?属(?P<x>[鼠牛虎兔龙蛇马羊猴鸡狗猪])的?{TAIL}", text="用户属{x}", slot="zodiac", value="{x}"),
    Rule(r"我是?(?P<x>A|B|O|AB)型血?", text="用户是{x}型血", slot="blood type", value="{x}"),
    Rule(
        r"我是?(?:一个)?(?P<x>[IEie][NSns][TFtf][JPjp])(?:型?人格|的)?",
        text="用户是{x}",
        slot="mbti",
        value="{x}",
    ),
    Rule(
        rf"我是(?:个|一个)?(?P<x>左撇子|独生子女?|独生女|单身|素食者|素食主义者|无神论者|佛教徒|基督徒|穆斯林|男生"
        rf"|女生|男的|女的|近视眼|夜猫子"
        rf"|路痴|社恐|吃货|宅男|宅女|颜控|猫奴|起床困难户|球迷|[\u4e00-\u9fff]{{1,3}}族){TAIL}",
        text="用户是{x}",
        importance=0.6,
    ),
    # where from, where to
    Rule(rf"我{HEAD}(?:是)?来自{_PLACE}", text="用户来自{x}", importance=0.6, slot="hometown", value="{x}"),
    Rule(
        rf"我(?:的)?(?:老家|家乡|籍贯|故乡)(?:是|在){_PLACE}的?",
        text="用户的老家在{x}",
        importance=0.6,
        slot="hometown",
        value="{x}",
    ),
    Rule(
        rf"我是(?:土生土长的|地道的)?(?P<x>(?:{_PLACES}|[\u4e00-\u9fff]{{1,4}}[省市县区州]))人{TAIL}",
        text="用户是{x}人",
        importance=0.6,
        slot="hometown",
        value="{x}",
    ),
    Rule(r"我(?:出生在|出生于|生在|生于)(?P<x>[^你您她他它我]{2,14})", text="用户出生在{x}", importance=0.6),
    Rule(
        rf"我{HEAD}(?:是)?在(?P<x>[^你您她他它我这那]{{2,14}})(?:长大|出生)的?",
        text="用户在{x}长大",
        importance=0.6,
    ),
    Rule(
        rf"我{HEAD}{_WHEN}(?:家住|住在?|家在|定居在?|搬到了?|搬去了?|搬来了?){_PLACE}{TAIL}",
        text="用户住在{x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}在{_PLACE}住了?(?:快|差不多|整整|已经)?(?P<y>{NUMBER}个?[多几]?(?:年|个月|月|天)(?:多|半)?){TAIL}",
        text="用户住在{x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        rf"我家{HEAD}(?:就)?(?:住|在|住在){_PLACE}{TAIL}",
        text="用户住在{x}",
        importance=0.7,
        slot="home",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}不(?:再)?住(?:在)?{_PLACE}了?",
        text="用户不再住在{x}",
        importance=0.7,
        slot="home",
        value="not:{x}",
    ),
    # what one does
    Rule(
        rf"我{HEAD}是{_ONE}(?P<x>(?!.*(?:认为|觉得|应该|找|说|问|请"
        rf"|想))[^你您她他它我这那不，]{{0,12}}?(?<!打)(?:{_JOBS})){TAIL}",
        text="用户是{x}",
        importance=0.7,
        slot="job",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}在(?P<x>(?!家|公司|单位|外面|网上|这|那|想|等|看|吃|听|写|玩)[^你您她他它我]{{2,16}}?)"
        r"(?P<v>上班|工作|任职|实习|教书|当.{1,6}|做.{1,6}|读书|上学|念书|留学|读研|读博|读本科|[读上念](?:大|高"
        r"|初)[一二三四]"
        rf"|上(?:大学|高中|初中|小学)){TAIL}",
        text="用户在{x}{v}",
        importance=0.7,
        slot=lambda found: "work" if re.match("上班|工作|任职|实习|教书|当|做", found["v"]) else "school",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}不(?:再)?在{_PLACE}(?P<v>上班|工作|读书|上学)了?",
        text="用户不再在{x}{v}",
        importance=0.7,
        slot=lambda found: "work" if re.match("上班|工作", found["v"]) else "school",
        value="not:{x}",
    ),
    Rule(
        rf"我{HEAD}(?:学的?是|读的是|主修|的专业是)(?P<x>[^你您她他它我]{{2,14}}?)(?:专业)?{TAIL}",
        text="用户的专业是{x}",
        importance=0.6,
        slot="major",
        value="{x}",
    ),
    Rule(
        r"我是学(?P<x>[^你您她他它我]{2,10})的",
        text="用户的专业是{x}",
        importance=0.6,
        slot="major",
        value="{x}",
    ),
    Rule(
        r"我是(?P<v>[做搞教卖])(?P<x>[^你您她他它我]{2,10})的",
        text="用户是{v}{x}的",
        importance=0.6,
        slot="job",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}(?:在)?(?:[读上念])(?P<x>[大高初][一二三四]|研[一二三]|小学[一二三四五六]年级){TAIL}",
        text="用户在读{x}",
        importance=0.6,
        slot="school year",
        value="{x}",
    ),
    Rule(
        r"我(?:是)?学(?P<x>(?!会|习|到|了|不|着|过|校|生|你|他|她)[\u4e00-\u9fff]{2,8}?)(?:专业)?的?",
        text="用户学{x}",
        importance=0.6,
        slot="major",
        value="{x}",
    ),
    Rule(rf"我{HEAD}在(?:自学|学习|学)(?P<x>(?!校)[^你您她他它我]{{2,12}}?){TAIL}", text="用户在学{x}"),
    Rule(
        r"我(?:跟|和|与)(?P<x>[^你您她他它]{1,10}?)(?:一起住|住(?:在)?一起|合租|同居)",
        text=_with,
        importance=0.6,
        slot="lives with",
        value="{x}",
    ),
    Rule(
        rf"我(?P<x>(?:每天|每晚|每周|每个?月|每年|一般|通常|经常|周末|平时).{{2,24}}?){TAIL}",
        text=lambda found: "" if re.search("[你您]|加班|怎么|这样|说", found["x"]) else f"用户{found['x']}",
        kind="preference",
        importance=0.4,
    ),
    Rule(
        rf"我{HEAD}不(?:太)?会(?P<x>游泳|开车|做饭|骑车|骑自行车|打麻将|下棋|英语|说英语|画画|唱歌|跳舞|化妆|喝酒"
        rf"|抽烟|打字|编程){TAIL}",
        text="用户不会{x}",
        slot=lambda found: f"can:{found['x']}",
        value="no",
    ),
)
