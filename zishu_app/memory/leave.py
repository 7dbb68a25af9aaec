"""An endpoint reads what she remembers only for as long as the person lets it, also in talks that are under way."""

from array import array
from collections.abc import Callable, Sequence

from zishu_app.core.errors import ModelError
from zishu_app.core.texts import t
from zishu_app.llm.embedding import Embedder


class WithLeave:
    """Asks `may` before every sentence that would go out. Implements `Embedder`."""

    def __init__(self, embedder: Embedder, may: Callable[[], bool]) -> None:
        self.name = embedder.name
        self._embedder, self._may = embedder, may

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> "list[array[float]]":
        """See `Embedder.embed`. Raises ModelError where it may not; words are compared then."""
        if not self._may():
            raise ModelError(
                t(
                    f"没有把记忆发给 {self.name}：设置里关掉了。",
                    f"Memories are not sent to {self.name}: the settings forbid it.",
                )
            )
        return await self._embedder.embed(texts, query=query)
