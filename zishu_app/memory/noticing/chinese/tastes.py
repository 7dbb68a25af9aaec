"""Chinese: what one likes, dislikes, eats, fears and suffers from. Pure."""

import re

from zishu_app.memory.noticing.chinese.forms import HEAD, NUMBER, TAIL
from zishu_app.memory.noticing.rule import Found, Rule
from zishu_app.memory.noticing.slots import taste
from zishu_app.memory.noticing.words import any_of

_DEGREE = r"(?:更加?|还是|比较|很|最|特别|超级?|非常|比较|挺|蛮|真|好|太|尤其|巨|贼|十分|可)*"


#: something one likes; nobody talked to, nothing pointed at
_THING = r"(?P<x>(?!你|您|她|他|它|这|那|的|谁|什么|怎么|自己|其中|前者|后者|别人打|到|人(?!多|少|山)|一个人|上了?你)[^你您她他它]{1,20}?)"


_ILL = any_of("zh", "ill")


def _likes(pattern: str, verb: str, value: str) -> Rule:
    """A rule for what one likes or not, {x} of its pattern."""

    def text(found: Found) -> str:
        passing = re.search("（周|刚才|现在|此刻|一个人$|上班|^[看听吃玩做读喝用]$", found["x"])
        return "" if passing else f"用户{verb}{found['x']}"

    return Rule(pattern, text, "preference", slot=lambda found: taste(found["x"]), value=value)


def _fears(found: Found) -> str:
    odd = re.search("来不及|迟到|赶不上|自己|会|没|不|冷了|死了$", found["x"])
    return "" if odd else f"用户怕{found['x']}"


RULES: tuple[Rule, ...] = (
    # body and table
    Rule(
        r"我(?:的)?(?P<x>(?:[左右]?(?:耳朵?|眼睛?|膝盖|腿|手腕)的?)?(?:血压|血糖|听力|视力|记性|睡眠|肠胃|胃|腰|颈椎"
        r"|心脏|身体))(?P<y>(?:有点|很|不太|一直|比较|不是很)*(?:高|低|不好|差))",
        text="用户{x}{y}",
        importance=0.7,
    ),
    Rule(
        rf"我{HEAD}对(?P<x>[^你您她他它我]{{1,12}}?)(?:严重|有点|很|重度|轻度)*过敏{TAIL}",
        text="用户对{x}过敏",
        importance=0.9,
    ),
    Rule(r"我(?P<x>(?!很|容易|有点)[\u4e00-\u9fff]{1,6})过敏", text="用户对{x}过敏", importance=0.9),
    Rule(
        rf"我{HEAD}(?:有|得了|患有|患了)(?:轻微|严重|轻度|中度|重度|先天性|慢性|一?点)*的?(?P<x>{_ILL}){TAIL}",
        text="用户有{x}",
        importance=0.8,
    ),
    Rule(
        rf"我{HEAD}(?:是)?吃(?:素|纯素){TAIL}",
        text="用户吃素",
        kind="preference",
        importance=0.8,
        slot="diet",
        value="素",
    ),
    Rule(
        rf"我{HEAD}(?:从来|从)?不(?:太|怎么)?(?:能|可以|敢|会|爱|喜欢)?(?P<v>[吃喝抽碰])(?P<x>(?!了|完|到|下|饱"
        rf"|过)[^你您她他它我]{{1,10}}?)"
        rf"(?:的|哦|啊)?",
        text=lambda found: "" if re.search("了$|饱|完", found["x"]) else f"用户不{found['v']}{found['x']}",
        kind="preference",
        importance=0.7,
        slot=lambda found: taste(found["x"]),
        value="no",
    ),
    Rule(
        rf"我{HEAD}(?:又|重新)?开始(?P<v>喝|吃|抽|玩|学|练|用|喜欢|爱上)(?P<x>[^你您她他它我]{{1,12}}?){TAIL}",
        text="用户开始{v}{x}了",
        kind="preference",
        importance=0.6,
        slot=lambda found: taste(found["x"]),
        value="yes",
    ),
    Rule(
        rf"我{HEAD}(?:以后)?(?:再也)?不(?:再)?(?P<v>喜欢|爱|喝|吃|抽|玩|看|用|学|练|去"
        rf"|做)(?P<x>[^你您她他它我]{{1,12}}?)了{TAIL}",
        text="用户不再{v}{x}",
        kind="preference",
        importance=0.6,
        slot=lambda found: taste(found["x"]),
        value="no",
    ),
    Rule(
        rf"我{HEAD}(?:再也)?不再(?P<v>喜欢|爱|喝|吃|抽|玩|看|用|学|练|去|做)(?P<x>[^你您她他它我]{{1,12}}?){TAIL}",
        text="用户不再{v}{x}",
        kind="preference",
        importance=0.6,
        slot=lambda found: taste(found["x"]),
        value="no",
    ),
    Rule(
        rf"我{HEAD}(?:终于)?戒(?:掉)?了?(?P<x>烟|酒|咖啡|糖|奶茶|可乐|游戏|甜食|夜宵){TAIL}",
        text="用户戒{x}了",
        importance=0.7,
        slot=lambda found: taste(found["x"]),
        value="no",
    ),
    Rule(
        rf"我{HEAD}(?P<x>(?:吃|喝|闻|穿|坐|用)不了[^你您她他它我这那了]{{1,8}}?){TAIL}",
        text="用户{x}",
        kind="preference",
        importance=0.7,
    ),
    Rule(
        rf"我{HEAD}(?:是个?)?(?P<x>无辣不欢|无肉不欢|滴酒不沾|烟酒不沾|嗜[甜辣酸]|(?:口味|吃得|吃的)(?:一直|比较"
        rf"|很|偏|特别|挺|有点)*(?:重|清淡|淡|甜|辣|咸|油)|不?能吃辣|能喝酒|不能喝酒|酒精过敏|不挑食|挑食){TAIL}",
        text="用户{x}",
        kind="preference",
        importance=0.6,
    ),
    Rule(
        r"我(?P<x>(?:喝|吃)[^你您她他它我，]{1,6}?(?:从来|都|一般|一定|必须|总是|喜欢)*不?(?:加|放|要加|要放|配"
        r"|蘸)[^你您她他它我了，]{1,6})(?:的|啊)?",
        text="用户{x}",
        kind="preference",
    ),
    Rule(
        r"我(?:平时|一直|从来|一般)*只(?P<v>喝|吃|穿|用|听|看|买)(?P<x>(?!是|了|有|一|到|过|看"
        r"|得)[^你您她他它我这那了过]{1,10}?)(?:的|啊)?",
        text="用户只{v}{x}",
        kind="preference",
    ),
    # tastes
    Rule(
        rf"(?:比起|跟|和|相比|与)(?P<y>[^你您她他它我]{{1,10}}?)(?:相比|比起?来?|来说)?[，]?我(?:还是|会"
        rf"|其实)*更?(?:喜欢|爱|偏爱)(?P<x>[^你您她他它我]{{1,14}}?){TAIL}",
        text="比起{y}，用户更喜欢{x}",
        kind="preference",
        slot=lambda found: taste(found["x"]),
        value="yes",
    ),
    Rule(
        rf"(?P<y>[^你您她他它我]{{1,8}}?)(?:里面?|中|当中|方面)我(?:个人)?最(?:喜欢"
        rf"|爱)(?:的?就?是)?(?P<x>[^你您她他它我]{{1,14}}?){TAIL}",
        text="{y}里用户最喜欢{x}",
        kind="preference",
        slot="most like {y}",
        value="{x}",
    ),
    Rule(
        rf"我(?:的)?(?P<w>偶像|男神|女神|爱豆|本命|榜样|最爱)(?:一直)?(?:就)?(?:是"
        rf"|叫)(?P<x>[^你您她他它我这那]{{1,16}}?){TAIL}",
        text="用户的{w}是{x}",
        kind="preference",
        slot="most like {w}",
        value="{x}",
    ),
    Rule(
        rf"我{HEAD}对(?P<x>[^你您她他它我这那]{{1,12}}?)(?P<y>(?:很|特别|非常|挺|一直|也|都|完全|比较|没什么|不太"
        rf"|不怎么)*(?:感兴趣|有兴趣|不感兴趣|没兴趣|无感|上瘾|有研究|敏感|挑剔|讲究)){TAIL}",
        text="用户对{x}{y}",
        kind="preference",
        slot=lambda found: taste(found["x"]),
        value=lambda found: "no" if re.search("[不没无]", found["y"]) else "yes",
    ),
    Rule(
        rf"我{HEAD}(?:很|特别|比较|挺)?(?P<v>痴迷|沉迷|热衷|钟情|着迷|偏爱|入坑)(?:于"
        rf"|上)?了?(?P<x>[^你您她他它我这那]{{2,12}}?){TAIL}",
        text="用户{v}{x}",
        kind="preference",
        slot=lambda found: taste(found["x"]),
        value="yes",
    ),
    Rule(
        r"我(?:平时|一直|还|也|在)*(?:喜欢)?(?P<v>收藏|收集|集)(?P<x>(?!了|好|起|到|夹"
        r"|一下)[^你您她他它我这那了]{2,12}?)(?:的|啊)?",
        text="用户{v}{x}",
        kind="preference",
    ),
    Rule(
        r"我(?:早就|已经|从小)?习惯(?:了)?(?P<x>[^你您她他它我这那了]{2,16}?)(?:的|了)?",
        text="用户习惯{x}",
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"我(?:一直)?有(?P<x>[^你您她他它我这那]{2,14}?)的(?:习惯|爱好|毛病)",
        text="用户有{x}的习惯",
        kind="preference",
        importance=0.4,
    ),
    Rule(
        r"我(?P<x>(?:早上|早晨|早餐|早饭|中午|午饭|晚上|晚饭|夜里|睡前|起床后|饭后|冬天|夏天|下班后|工作日|从来"
        r"|从小|总是|一年四季)(?:一般|通常|都|从来|从|习惯|总是?|必须?|一定)*(?:不(?!想|能|知|是|要|会|在|回|来"
        r"|加|舒服|太)"
        r"|(?:都|一般|习惯|总|必|通常)(?!没|是|会|能|要|在|有|想))[^你您她他它我了]{1,14}?)(?:的|啊)?",
        text="用户{x}",
        kind="preference",
        importance=0.4,
    ),
    Rule(
        rf"我(?P<x>(?:打|踢|练|弹|拉|跳|玩|学|画)(?:{any_of('zh', 'played')})(?:打|踢|练|弹|拉|跳|玩|学"
        rf"|画)?了?(?:快|有|已经)?(?:{NUMBER}个?[多几]?(?:年|个月)(?:多)?)?)(?:的)?(?:了)?",
        text="用户{x}",
        kind="preference",
    ),
    _likes(rf"我(?:个人)?最(?:喜欢|爱)的(?:就)?是{_THING}{TAIL}", "最喜欢", "yes"),
    Rule(
        r"我(?:个人)?最(?P<v>喜欢|爱|讨厌)的?(?P<what>(?!的)[^你您她他它我是]{1,8})是(?P<x>[^你您她他它我]{1,24})",
        text=lambda found: f"用户最{found['v']}的{found['what']}是{found['x']}",
        kind="preference",
        importance=0.6,
        slot=lambda found: f"most {found['v']} {found['what'].removeprefix('的')}",
        value="{x}",
    ),
    _likes(
        rf"我{HEAD}(?:一点(?:儿)?(?:都|也)不|并不|不太|不怎么|不是很|不大|很不|特别不|最不|不)(?:喜欢"
        rf"|爱){_THING}{TAIL}",
        "不喜欢",
        "no",
    ),
    _likes(rf"我{HEAD}{_DEGREE}(?:讨厌|厌恶|受不了|反感|恨){_THING}{TAIL}", "讨厌", "no"),
    _likes(
        rf"我{HEAD}{_DEGREE}(?:喜欢上了?|喜欢|喜爱|热爱|钟爱|迷上了?|爱上了|爱){_THING}{TAIL}", "喜欢", "yes"
    ),
    Rule(
        rf"我{HEAD}{_DEGREE}(?:有点)?(?:害怕|怕|恐惧)(?P<x>[^你您她他它我]{{1,8}}?){TAIL}",
        text=_fears,
        kind="preference",
        slot=lambda found: f"fear:{found['x']}",
        value="yes",
    ),
    Rule(
        r"我的(?:爱好|兴趣)是(?P<x>[^你您她他它我]{1,20})",
        text="用户的爱好是{x}",
        kind="preference",
        importance=0.6,
        slot="hobby",
        value="{x}",
    ),
)
