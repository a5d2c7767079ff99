"""Accounts: signing up, in and out, passwords and second factors."""

import re
import unicodedata
from datetime import date
from typing import Protocol

from pydantic import SecretStr
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import (
    ActiveSession,
    LoginRequest,
    RecoveryCodes,
    SessionGrant,
    SignupRequest,
    TwoFactorSetup,
    User,
    UserRef,
)
from shared.schemas.common import ErrorCode, Page
from shared.schemas.roles import ROLE_PERMISSIONS, Role
from shared.server.accounts.passwords import MAX_BYTES, Passwords
from shared.server.accounts.proof import Proof
from shared.server.accounts.second_factor import SecondFactor, wrong_code
from shared.server.accounts.sessions import Sessions
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller

ADULT_YEARS = 18
_SPACES = re.compile(r"\s+")


class Entered(Protocol):
    """Told who signed up or in, from which address, and on which device where that is known."""

    async def __call__(
        self, tx: Tx, user_id: str, /, *, address: str, device: str | None
    ) -> None: ...


def clean_email(email: str) -> str:
    """The form in which an e-mail is stored and compared."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def age_on(birth: date, today: date) -> int:
    """Whole years lived."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _not_banned() -> Refused:
    return Refused(
        ErrorCode.CONFLICT,
        "This account is not banned; sign in, and appeal in your account.",
        "Dit account is niet verbannen; log in en maak bezwaar in je account.",
    )


def _usable(password: SecretStr) -> str:
    """The password in clear, when bcrypt reads all of it."""
    text = password.get_secret_value()
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Refused(
            ErrorCode.INVALID_INPUT,
            f"The password is longer than {MAX_BYTES} bytes; choose a shorter one.",
            f"Het wachtwoord is langer dan {MAX_BYTES} bytes; kies een korter.",
            meta={"fields": [{"field": "body.password", "problem": "too long"}]},
        )
    return text


class AccountService:
    """Everybody's account: made, signed in to, proved, banned."""

    def __init__(self, core: Core, sessions: Sessions, passwords: Passwords) -> None:
        self._core = core
        self._sessions = sessions
        self._passwords = passwords
        self._entered: list[Entered] = []
        self._factor = SecondFactor(core)
        self._proof = Proof(core, passwords, self._factor)

    def on_entered(self, hook: Entered) -> None:
        """Take part in the transaction of every sign-up and sign-in."""
        self._entered.append(hook)

    async def signup(
        self, body: SignupRequest, *, client: str, address: str, device: str | None = None
    ) -> SessionGrant:
        """A new member and their first session.

        Raises:
            Refused: not an adult, the password too long, or the account cannot be made.
        """
        self._core.limits.check(f"signup:{address}", self._core.settings.logins_per_minute)
        if age_on(body.birth_date, self._core.clock.now().date()) < ADULT_YEARS:
            raise Refused(
                ErrorCode.FORBIDDEN,
                "Teezu is for adults; you can sign up once you are 18.",
                "Teezu is voor volwassenen; je kunt je aanmelden zodra je 18 bent.",
            )
        hashed = await self._passwords.hash(_usable(body.password))
        try:
            async with self._core.db.write() as tx:
                user_id = await self.add(
                    tx,
                    email=body.email,
                    display_name=body.display_name,
                    password_hash=hashed,
                    role=Role.MEMBER,
                    birth_date=body.birth_date,
                    locale=body.locale,
                )
                grant = await self._grant(tx, user_id, client)
                await self._tell(tx, user_id, address=address, device=device)
                return grant
        except IntegrityError:
            # One sentence for every reason, so that nobody learns who has an account.
            raise Refused(
                ErrorCode.CONFLICT,
                "This account could not be made; sign in if you have one, or use another e-mail.",
                "Dit account kon niet worden gemaakt; log in als je er een hebt, of gebruik een "
                "ander e-mailadres.",
            ) from None

    async def add(
        self,
        tx: Tx,
        *,
        email: str,
        display_name: str,
        password_hash: str,
        role: Role,
        birth_date: date,
        locale: str = "en",
        bio: str = "",
        tags: tuple[str, ...] = (),
        user_id: str | None = None,
    ) -> str:
        """Insert a person, under an id of their own where one is given; returns it.

        Raises:
            IntegrityError: the e-mail is taken.
        """
        user_id = user_id or new_id()
        await tx.db.execute(
            insert(UserRow).values(
                id=user_id,
                email=clean_email(email),
                display_name=_SPACES.sub(" ", display_name),
                password_hash=password_hash,
                role=role.value,
                birth_date=birth_date,
                locale=locale,
                bio=bio,
                tags=list(tags),
                is_banned=False,
                created_at=tx.now,
            )
        )
        return user_id

    async def login(
        self, body: LoginRequest, *, client: str, address: str, device: str | None = None
    ) -> SessionGrant:
        """A new session for the right e-mail and password.

        Raises:
            Refused: they are not right, a code is missing, the account is banned, or it was
                tried too often.
        """
        email = clean_email(body.email)
        known = await self._proof.by_password(email, body, address=address)
        if known.is_banned:
            raise Refused(
                ErrorCode.ACCOUNT_BANNED,
                "This account is banned; the notice you were sent says how to appeal.",
                "Dit account is verbannen; in het bericht dat je kreeg staat hoe je bezwaar maakt.",
            )
        async with self._proof.counted(email), self._core.db.write() as tx:
            await self._proof.by_code(tx, known.id, body.code)
            grant = await self._grant(tx, known.id, client)
            await self._tell(tx, known.id, address=address, device=device)
        return grant

    async def banned(self, body: LoginRequest, *, address: str) -> Caller:
        """A person banned from the platform, by their e-mail, password and second factor.

        Raises:
            Refused: they are not right, tried too often, or the account is not banned.
        """
        email = clean_email(body.email)
        known = await self._proof.by_password(email, body, address=address)
        if not known.is_banned:
            raise _not_banned()
        async with self._proof.counted(email), self._core.db.write() as tx:
            await self._proof.by_code(tx, known.id, body.code)
        return Caller(known.id, Role(known.role), known.display_name, "", known.locale)

    async def _tell(self, tx: Tx, user_id: str, *, address: str, device: str | None) -> None:
        for hook in self._entered:
            await hook(tx, user_id, address=address, device=device)

    async def _grant(self, tx: Tx, user_id: str, client: str) -> SessionGrant:
        session = await self._sessions.create(tx, user_id, client)
        return SessionGrant(
            session=session.secret,
            expires_at=session.expires_at,
            user=await self.user(tx.db, user_id),
        )

    async def me(self, caller: Caller) -> User:
        """The signed-in person."""
        async with self._core.db.read() as db:
            return await self.user(db, caller.user_id)

    async def user(self, db: AsyncConnection, user_id: str) -> User:
        """A person as they see themselves.

        Raises:
            Refused: there is no such person.
        """
        query = select(
            UserRow.email, UserRow.display_name, UserRow.role, UserRow.locale, UserRow.created_at
        ).where(UserRow.id == user_id)
        row = (await db.execute(query)).first()
        if row is None:
            raise not_found()
        email, name, role, locale, created = row
        return User(
            id=user_id,
            email=email,
            display_name=name,
            role=Role(role),
            permissions=sorted(ROLE_PERMISSIONS[Role(role)]),
            locale="nl" if locale == "nl" else "en",
            two_factor=await self._factor.enabled(db, user_id),
            created_at=created,
        )

    async def logout(self, caller: Caller) -> None:
        """End the session that asks."""
        async with self._core.db.write() as tx:
            await self._sessions.revoke(tx, caller.user_id, caller.session_id)

    async def sessions(self, caller: Caller, cursor: str | None, limit: int) -> Page[ActiveSession]:
        """The caller's own sessions, newest first."""
        found = await self._sessions.of_user(caller, cursor, limit + 1)
        items = found[:limit]
        return Page[ActiveSession](
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )

    async def revoke(self, caller: Caller, session_id: str) -> None:
        """End one of the caller's sessions.

        Raises:
            Refused: they have no such session.
        """
        async with self._core.db.write() as tx:
            if not await self._sessions.revoke(tx, caller.user_id, session_id):
                raise not_found()

    async def change_password(
        self, caller: Caller, *, current: SecretStr, new: SecretStr, client: str
    ) -> SessionGrant:
        """Set a new password, end every session, and begin a new one.

        Raises:
            Refused: the current password is not right, or tried too often.
        """
        wanted = _usable(new)
        await self._proof.again(caller.user_id, current)
        hashed = await self._passwords.hash(wanted)
        async with self._core.db.write() as tx:
            await tx.db.execute(
                update(UserRow).where(UserRow.id == caller.user_id).values(password_hash=hashed)
            )
            await self._sessions.revoke_all(tx, caller.user_id)
            return await self._grant(tx, caller.user_id, client)

    async def begin_two_factor(self, caller: Caller, password: SecretStr) -> TwoFactorSetup:
        """A secret for the caller's authenticator app."""
        email = await self._proof.again(caller.user_id, password)
        return await self._factor.begin(caller.user_id, email)

    async def confirm_two_factor(self, caller: Caller, code: str) -> RecoveryCodes:
        """Turn the caller's second factor on."""
        self._core.limits.check(f"code:{caller.user_id}", self._core.settings.logins_per_minute)
        return await self._factor.confirm(caller.user_id, code)

    async def end_two_factor(self, caller: Caller, password: SecretStr, code: str) -> None:
        """Turn the caller's second factor off."""
        await self._proof.again(caller.user_id, password)
        async with self._core.db.write() as tx:
            if not await self._factor.enabled(tx.db, caller.user_id):
                raise wrong_code()
            await self._factor.take(tx, caller.user_id, code)
            await self._factor.remove(tx, caller.user_id)

    async def ref(self, db: AsyncConnection, user_id: str) -> UserRef | None:
        """A person as others see them."""
        return (await self.refs(db, {user_id})).get(user_id)

    async def refs(self, db: AsyncConnection, user_ids: set[str]) -> dict[str, UserRef]:
        """People as others see them, by id; unknown ids are left out."""
        if not user_ids:
            return {}
        query = select(UserRow.id, UserRow.display_name, UserRow.role).where(
            UserRow.id.in_(user_ids)
        )
        return {
            id_: UserRef(id=id_, display_name=name, role=Role(role))
            for id_, name, role in (await db.execute(query))
        }

    async def ban(self, tx: Tx, user_id: str) -> None:
        """Ban a person from the whole platform and end their sessions at once."""
        await tx.db.execute(update(UserRow).where(UserRow.id == user_id).values(is_banned=True))
        await self._sessions.revoke_all(tx, user_id)
