"""The words of refusals, Chinese and English; see refusals."""

import re

_WORK_ZH = (
    "回答|答复|提供|协助|帮助|帮您|帮你|为您|为你|满足|完成您|完成你|完成这|生成|讨论|执行|参与|支持|处理|给出|透露|分享|创作|撰写"
    "|编写|写出|描述|评论|评价|发表|访问|浏览|获取|查询|预订|预定|订购|下单|播放|完成|进行|继续|扮演|配合|接受|给您|给你|告诉您|告诉你|解答|翻译|总结|查看|打开|识别"
)
_MODEL_ZH = "AI|人工智能|语言模型|大模型|预训练模型|虚拟助手|智能助手|智能助理|聊天机器人|对话机器人|机器人助手|计算机程序"
_CANNOT_ZH = (
    "无法|不能|不会|不可以|不便|不方便|没有办法|没办法|没法|没有能力|不具备|不应该|不予|难以|爱莫能助"
)
_REFUSES_ZH = re.compile(
    rf"(?:作为|身为|我(?:只)?是)(?:一个|一名|一款|一位|您的|你的|由.{{1,16}}?)?.{{0,8}}?(?:{_MODEL_ZH}).{{0,30}}?(?:{_CANNOT_ZH}|没有|并不)"
    rf"|(?:抱歉|对不起|不好意思|遗憾).{{0,12}}?(?:{_CANNOT_ZH}).{{0,16}}?(?:{_WORK_ZH}|您的请求|你的请求|这个问题|该问题|此类|这类|这方面)"
    rf"|(?:抱歉|对不起).{{0,4}}爱莫能助"
    rf"|我(?:现在|暂时|目前|恐怕|真的|实在)?(?:{_CANNOT_ZH})(?:.{{0,6}}?)(?:{_WORK_ZH}).{{0,10}}?(?:请求|要求|内容|信息|服务|建议|话题|问题|行为|活动|指导)"
    rf"|(?:这个|该|此|这类|此类|这样的|这种)(?:话题|问题|请求|要求|内容).{{0,6}}?(?:我)?(?:{_CANNOT_ZH}|超出)"
    r"|(?:违反|违背|不符合)(?:了)?.{0,10}?(?:使用政策|内容政策|使用规范|安全规范|社区规范|法律法规|相关规定|道德准则|伦理)"
    r"|(?:我们)?(?:换个|换一个)话题(?:聊|吧)|我还在学习中?.{0,10}(?:无法|不能|没有)"
    r"|(?:抱歉|对不起).{0,10}?没有.{0,14}?(?:功能|能力|权限)"
)
_MODEL_EN = r"(?:an? )?(?:AI|artificial intelligence|(?:large )?language model|virtual assistant|chat ?bot)\b"
_CANNOT_EN = (
    r"(?:can(?:'|’)?t|cannot|can not|won(?:'|’)?t|will not|am unable to|(?:'|’)m unable to|unable to|am not able to|(?:'|’)m not able to"
    r"|not able to|(?:'|’)m not going to|must decline|have to decline|(?:'|’)m not comfortable|am not comfortable|(?:'|’)m not allowed to)"
)
_WORK_EN = (
    r"(?:help (?:you )?with (?:that|this|your request|such)|assist|provide|comply|fulfill?|answer (?:that|this|your)"
    r"|create|generate|do that|engage|discuss|share (?:that|this|such|any|information|personal)"
    r"|give (?:you )?(?:advice|instructions|information|medical|legal)|write (?:that|this|such|content)"
    r"|support (?:that|this)|participate|produce|offer (?:advice|guidance|medical|legal)"
    r"|complete (?:this|that|your)|process|access|browse|perform|book|order|place"
    r"|retrieve|draw|continue with this|have (?:a )?conversations?|express"
    r"|recommend|respond to (?:that|this)|teach|disclose|reveal)"
)
_REFUSES_EN = re.compile(
    rf"\bAs {_MODEL_EN}.{{0,60}}?(?:{_CANNOT_EN}|don(?:'|’)?t|do not)"
    rf"|\bI(?:'|’)m (?:just |only )?{_MODEL_EN}.{{0,60}}?(?:{_CANNOT_EN}|don(?:'|’)?t|do not)"
    rf"|\b(?:I(?:'|’)?m|I am)? ?(?:really |so |very |truly )?(?:sorry|afraid|apologi[sz]e)\b.{{0,40}}?{_CANNOT_EN}.{{0,20}}?{_WORK_EN}"
    rf"|\bI ?{_CANNOT_EN} {_WORK_EN}"
    r"|\bI (?:currently |just )?(?:don(?:'|’)?t|do not) (?:currently )?have (?:the |any |direct )?(?:ability|capabilit|real-?time"
    r"|access to (?:real|live|the internet|current|external|personal|your))"
    r"|\bI (?:must|have to) (?:respectfully |politely )?decline"
    r"|\b(?:against|violates?|goes against) (?:my|our|the|OpenAI(?:'|’)s) .{0,20}?(?:guidelines|polic(?:y|ies)|programming|principles)"
    r"|\bnot something I can (?:help|assist)",
    re.I,
)
#: what is said around a refusal and helps nobody: regrets, reasons, offers of something else
COURTESY = re.compile(
    r"如果(?:您|你)(?:还)?(?:有|需要|想)|(?:请|欢迎)(?:随时)?(?:告诉我|提问|向我|咨询|联系)|很(?:乐意|高兴)(?:为|帮)"
    r"|(?:其他|别的)(?:问题|话题|需要|方面)|(?:感谢|希望|请)(?:您|你)的?(?:能)?(?:理解|谅解)|请(?:您|你)?(?:换|见谅)"
    r"|尊重|遵守|不(?:合法|合适|道德|适当|恰当|可接受)|有害|冒犯|歧视|伤害|包容|道德|法律|违法|非法|咨询(?:专业|医生|律师)|寻求(?:专业|帮助)|建议(?:您|你)(?:使用|咨询|联系|自行|手动)"
    r"|我(?:的)?(?:目前的|现在的)?(?:职责|目的|设计|任务|功能|能力)|我(?:还|也)?可以(?:帮|为|协助)|抱歉|对不起|不好意思"
    r"|\b(?:if you(?:(?:'|’)d| have| need| would like| want)|is there anything else|feel free|let me know|(?:happy|glad|here) to help"
    r"|(?:can|could) (?:I )?help (?:you )?with|I can (?:help|provide|assist|offer)|(?:my|current) (?:function|capabilit|purpose)\w*"
    r"|I (?:suggest|recommend)|sorry|apologi[sz]e|(?:for|your) understanding|consult|seek (?:help|professional)|respect\w*|(?:un)?ethical"
    r"|(?:in)?appropriate|illegal|laws?|consent|violat\w+|offensive|sensitive|harm\w*|guidelines|designed to)\b",
    re.I,
)
#: what goes on to help all the same
EVEN_SO = re.compile(
    r"^(?:然而|不过|但是|但|尽管如此|话虽如此|However|That said|Still|Nevertheless|But|In general)", re.I
)
#: the answer asks for what it was not given
ASKS_BACK = re.compile(
    r"(?:没有|并未|未|尚未)(?:告诉|提供|给出|说明|附上|上传)|请(?:您|你)?(?:先)?(?:提供|告诉|补充|上传|说明)|需要(?:知道|更多|您提供|你提供)"
    r"|\b(?:didn(?:'|’)?t|did not|haven(?:'|’)?t|have not|was not|were not|no \w+) (?:been )?(?:provided?|includ|attach|specif|given)"
    r"|(?:could|can|would) you (?:please )?(?:provide|share|specify|clarify|tell|give)|please (?:provide|specify|share|clarify)",
    re.I,
)
#: refusals that were asked for: to be translated, rewritten, played
ASKED_FOR = re.compile(
    r"翻译|译成|拒绝|婉拒|台词|改写|润色|translat|refus|declin|turn(?:ing)? down|rewrite|role-?play", re.I
)


def refuses(text: str) -> re.Match[str] | None:
    """Where a text refuses."""
    return _REFUSES_ZH.search(text) or _REFUSES_EN.search(text)
