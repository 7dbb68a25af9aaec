"""Parts that the Chinese rules of noticing share. Pure."""

from zishu_app.memory.noticing.slots import AROUND, spoken

#: what may stand before and after what is said without changing it
HEAD = (
    r"(?:小时候|现在|目前|正在|今年|其实|一直|就|也|还|真的|从小到大|从小|平时|平常|最近|已经|都|又|本来就?|可"
    r"|是真的)*"
)


TAIL = r"(?:了|的|啊|呀|哦|噢|喔|哈|啦|嘛|吧|呢|哟|诶)*"


NUMBER = r"(?:\d{1,3}|[零一二两三四五六七八九十百]{1,5})"


NAME = r"(?P<x>[\u4e00-\u9fff·]{1,6}|[A-Za-z][A-Za-z .'-]{0,24})"


KIN = "|".join(spoken(AROUND, latin=False))
