"""A client of endpoints that speak the OpenAI chat completions protocol."""

from types import TracebackType
from typing import Self

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from shared.api.errors import not_understood, too_slow
from shared.api.outbound import PinnedTransport, checked_url
from shared.api.tls import host_of
from shared.errors import Unavailable

_MOST_BYTES = 256 * 1024
_CONNECT_S = 3.0


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")
    content: str | None = None


class _Choice(BaseModel):
    model_config = ConfigDict(extra="ignore")
    message: _Message


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")
    choices: list[_Choice]


class ChatCompletions:
    """One endpoint and model. The key goes into one header and never into a text of ours."""

    def __init__(
        self, url: str, *, model: str, key: SecretStr | None = None, timeout_s: float = 20.0
    ) -> None:
        """Check the address.

        Raises:
            InvalidInput: no request may be sent there.
        """
        self._url = checked_url(url)
        self.model = model
        self._key = key
        self._timeout_s = timeout_s
        self._http: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"<ChatCompletions {self.model} at {host_of(self._url)}>"

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(
            transport=PinnedTransport(self._url),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(self._timeout_s, connect=_CONNECT_S),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def complete(
        self, system: str, text: str, *, count: int = 1, most_tokens: int = 120
    ) -> list[str]:
        """What the model says to a text, under instructions.

        Raises:
            Unavailable: it cannot be reached, refuses, or is too slow.
            ProtocolError: its answer is not one.
        """
        host = host_of(self._url)
        if self._http is None:
            raise _refused(host)
        headers = {"Accept": "application/json"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        body = {
            "model": self.model,
            "n": count,
            "max_tokens": most_tokens,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": text},
            ],
        }
        address = f"{self._url}/chat/completions"
        try:
            async with self._http.stream("POST", address, json=body, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise _refused(host)
                content = await _bounded(response, host)
        except httpx.TimeoutException:
            raise too_slow(host) from None
        except httpx.HTTPError:
            # Nothing of the library's error is kept: it may repeat the request.
            raise _refused(host) from None
        try:
            found = _Completion.model_validate_json(content)
        except ValidationError:
            raise not_understood(host) from None
        said = [(choice.message.content or "").strip() for choice in found.choices]
        return [each for each in said if each]


async def _bounded(response: httpx.Response, host: str) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > _MOST_BYTES:
            raise not_understood(host)
    return bytes(content)


def _refused(host: str) -> Unavailable:
    return Unavailable(
        f"The language model at {host} gives no answer now; texts come from this machine alone.",
        code="MODEL_UNAVAILABLE",
    )
