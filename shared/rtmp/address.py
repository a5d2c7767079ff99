"""RTMP addresses as people paste them, taken apart without ever showing the key."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from shared.errors import InvalidInput

DEFAULT_PORTS: Final = {"rtmp": 1935, "rtmps": 443}


@dataclass(frozen=True, slots=True)
class RtmpAddress:
    """Where to publish; its repr and `tc_url` are safe to log."""

    scheme: str
    host: str
    port: int
    app: str
    stream_key: str = field(repr=False, default="")

    @property
    def is_secure(self) -> bool:
        """The connection is made with TLS."""
        return self.scheme == "rtmps"

    @property
    def tc_url(self) -> str:
        """The address without the key, as the connect command names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}/{self.app}"

    @classmethod
    def parse(cls, url: str, *, stream_key: str | None = None) -> "RtmpAddress":
        """Read `rtmp[s]://host[:port]/app[/key]`.

        Without `stream_key` the last part of the path is the key; with it all of the path is
        the application. A query belongs to the key, as platforms give it out.

        Raises:
            InvalidInput: not such an address.
        """
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            raise InvalidInput(_ADVICE, code="RTMP_ADDRESS") from None
        path = parts.path.strip("/")
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not path:
            raise InvalidInput(_ADVICE, code="RTMP_ADDRESS")
        query = f"?{parts.query}" if parts.query else ""
        if stream_key is None:
            app, _, key = path.rpartition("/")
            key = unquote(key) + query
        else:
            app, key = path + query, stream_key.strip()
        if not app or not key:
            raise InvalidInput(_ADVICE, code="RTMP_ADDRESS")
        chosen = DEFAULT_PORTS[parts.scheme] if port is None else port
        return cls(parts.scheme, parts.hostname, chosen, app, key)


_ADVICE: Final = "Enter the ingest address as rtmp://host/app and the stream key the platform gave."
