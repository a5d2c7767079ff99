"""Accounts, sessions and profiles on the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import EmailStr, Field, SecretStr

from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp
from shared.schemas.roles import Permission, Role

Locale = Literal["en", "nl"]
DisplayName = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[\w .'\-]+$")]
ProfileTag = Annotated[str, Field(min_length=1, max_length=32, pattern=PLAIN_TEXT)]
Password = Annotated[SecretStr, Field(min_length=12, max_length=72)]


class SignupRequest(Request):
    """A new member; adults only, so the birth date is asked for and checked."""

    email: EmailStr
    password: Password
    display_name: DisplayName
    birth_date: date
    locale: Locale = "en"


class LoginRequest(Request):
    """Credentials; `code` is a TOTP or recovery code where two-factor is on."""

    email: Annotated[str, Field(min_length=3, max_length=254, pattern=PLAIN_TEXT)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1024)]
    code: Annotated[str, Field(max_length=32)] | None = None


class PasswordChange(Request):
    """A new password; the current one proves that it is the person who asks."""

    current: Annotated[SecretStr, Field(min_length=1, max_length=1024)]
    new: Password


TwoFactorCode = Annotated[str, Field(min_length=6, max_length=32, pattern=PLAIN_TEXT)]
"""Six digits of the authenticator app, or a recovery code."""


class TwoFactorEnable(Request):
    """The password proves that it is the person who asks."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=1024)]


class TwoFactorSetup(Resource):
    """What an authenticator app needs; `secret` and `address` are secrets, shown this once."""

    secret: str
    address: str
    """The `otpauth:` address for a QR code."""


class TwoFactorVerify(Request):
    """A first code of the app."""

    code: TwoFactorCode


class TwoFactorDisable(Request):
    """Password and code together."""

    password: Annotated[SecretStr, Field(min_length=1, max_length=1024)]
    code: TwoFactorCode


class RecoveryCodes(Resource):
    """Codes for the day the app is lost: each signs in once; stored hashed, never shown again."""

    codes: list[str]


class UserRef(Resource):
    """A person as others see them next to a message or a tip."""

    id: Id
    display_name: str
    role: Role


class User(Resource):
    """The signed-in person."""

    id: Id
    email: str
    display_name: str
    role: Role
    permissions: list[Permission]
    locale: Locale
    two_factor: bool = False
    created_at: Timestamp


class SessionGrant(Resource):
    """A new session. `session` is a secret: shown once, stored hashed by the server."""

    session: str
    expires_at: Timestamp
    user: User


class ActiveSession(Resource):
    """One of the person's sessions, without its secret."""

    id: Id
    created_at: Timestamp
    last_seen_at: Timestamp
    client: str
    current: bool


class Profile(Resource):
    """A public profile."""

    id: Id
    display_name: str
    role: Role
    bio: str = ""
    tags: list[str] = []
    avatar_url: str | None = None
    followers: int = 0
    is_live: bool = False
    stream_id: Id | None = None


class ProfilePatch(Request):
    """What a person may change of their own profile; null leaves a field as it is."""

    display_name: DisplayName | None = None
    bio: Annotated[str, Field(max_length=1000, pattern=PLAIN_TEXT)] | None = None
    tags: Annotated[list[ProfileTag], Field(max_length=10)] | None = None
    locale: Locale | None = None
