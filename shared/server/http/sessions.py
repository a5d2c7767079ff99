"""Who is asking: the session a request carries, and the person behind it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from shared.schemas.accounts import UserRef
from shared.schemas.roles import Permission, Role, may

COOKIE = "session"


@dataclass(frozen=True, slots=True)
class Caller:
    """The signed-in person of one request or socket."""

    user_id: str
    role: Role
    display_name: str
    session_id: str
    locale: str = "en"

    def may(self, permission: Permission) -> bool:
        """Whether the role table grants the permission; ownership comes on top."""
        return may(self.role, permission)

    @property
    def ref(self) -> UserRef:
        """The person as others see them."""
        return UserRef(id=self.user_id, display_name=self.display_name, role=self.role)


class SessionLookup(Protocol):
    """Finds people by their sessions."""

    async def caller(self, secret: str) -> Caller | None:
        """The person, or None when the session is unknown, ended or revoked."""
        ...

    async def alive(self, session_ids: set[str]) -> set[str]:
        """Those of the sessions that still hold."""
        ...


def new_secret() -> str:
    """A session's secret: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a secret with enough randomness of its own: its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secret a request carries, and whether a browser added it by itself."""

    secret: str | None
    by_cookie: bool = False


def credentials(headers: Mapping[bytes, bytes]) -> Credentials:
    """Read the session from raw ASGI headers; an Authorization header wins over a cookie."""
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return Credentials(value.strip())
    if cookie := headers.get(b"cookie"):
        try:
            jar = SimpleCookie(cookie.decode("latin-1"))
        except CookieError:
            return Credentials(None)
        if COOKIE in jar and jar[COOKIE].value:
            return Credentials(jar[COOKIE].value, by_cookie=True)
    return Credentials(None)
