"""Everything that remembering of one character needs, in one hand."""

from dataclasses import dataclass

from zishu_app.core.clock import Clock
from zishu_app.llm.embedding import Embedder
from zishu_app.memory.index import Index
from zishu_app.memory.store import Memories


@dataclass(frozen=True)
class Mind:
    """What one character remembers, and what finds it again."""

    character: str
    memories: Memories
    embedder: Embedder
    index: Index
    clock: Clock
    #: the embedding model that is chosen and is not asked, because what she remembers would leave this computer
    not_asked: str = ""

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now().timestamp())
