"""Who writes new texts: nobody by default; an operator may name an OpenAI-compatible endpoint.

What a provider writes is never shown as it is: `teezer.writer` checks what goes in and what comes
out, marks it, and logs it.
"""

from types import TracebackType
from typing import Protocol, Self

from pydantic import SecretStr

from shared.api.completions import ChatCompletions


class TextProvider(Protocol):
    """Writes short texts."""

    @property
    def name(self) -> str:
        """At most 80 characters; logged with every text."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def write(self, instructions: str, text: str, *, count: int) -> list[str]:
        """At most `count` texts.

        Raises:
            AppError: there are none now.
        """
        ...


class EndpointProvider:
    """A model behind an OpenAI-compatible endpoint."""

    def __init__(self, url: str, *, model: str, key: SecretStr | None, timeout_s: float) -> None:
        """Check the address.

        Raises:
            InvalidInput: no request may be sent there.
        """
        self._endpoint = ChatCompletions(url, model=model, key=key, timeout_s=timeout_s)
        self.name = f"endpoint:{model}"[:80]

    async def __aenter__(self) -> Self:
        await self._endpoint.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._endpoint.__aexit__(kind, error, trace)

    async def write(self, instructions: str, text: str, *, count: int) -> list[str]:
        """At most `count` texts.

        Raises:
            AppError: the endpoint has none now.
        """
        return (await self._endpoint.complete(instructions, text, count=count))[:count]
