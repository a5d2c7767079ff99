"""Where a session is kept between two starts: the system's keyring, else memory; never a file."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from secrets import token_urlsafe
from typing import Protocol, cast

_log = logging.getLogger(__name__)

SERVICE = "teezu-studio"
DEADLINE_S = 4.0

KEYRING_BACKENDS = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    }
)
"""The back ends that keep secrets encrypted; others write plain files, or lose what they get."""

_NOT_KEPT = (
    "You stay signed in only until the app closes, because this computer's keyring cannot be used."
    " Unlock or install one (GNOME Keyring, KWallet) and sign in again to change that."
)


class SessionStore(Protocol):
    """Keeps one session per server."""

    @property
    def notice(self) -> str | None:
        """A sentence for the person when sessions do not outlive the app; None when they do."""
        ...

    async def load(self, server_url: str) -> str | None:
        """The session kept for the server."""
        ...

    async def save(self, server_url: str, session: str) -> None:
        """Keep a session in place of an earlier one."""
        ...

    async def forget(self, server_url: str) -> None:
        """Keep none for the server."""
        ...


class Keyring(Protocol):
    """The part of a keyring back end that is used; every call may block or raise anything."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""
        ...


class MemoryStore:
    """Sessions that end with the app."""

    def __init__(self, notice: str | None = None) -> None:
        self._sessions: dict[str, str] = {}
        self._notice = notice

    @property
    def notice(self) -> str | None:
        """Why sessions are not kept."""
        return self._notice

    async def load(self, server_url: str) -> str | None:
        """The session kept for the server."""
        return self._sessions.get(_account(server_url))

    async def save(self, server_url: str, session: str) -> None:
        """Keep a session in place of an earlier one."""
        self._sessions[_account(server_url)] = session

    async def forget(self, server_url: str) -> None:
        """Keep none for the server."""
        self._sessions.pop(_account(server_url), None)


class KeyringStore:
    """Sessions in a keyring; from the first call on that fails, in memory, with a notice."""

    def __init__(self, keyring: Keyring, *, deadline_s: float = DEADLINE_S) -> None:
        self._keyring = keyring
        self._deadline_s = deadline_s
        self._memory = MemoryStore()
        self._notice: str | None = None

    @property
    def notice(self) -> str | None:
        """Why sessions are no longer kept, once the keyring has failed."""
        return self._notice

    async def load(self, server_url: str) -> str | None:
        """The session kept for the server."""
        remembered = await self._memory.load(server_url)
        if remembered is not None or self._notice is not None:
            return remembered
        try:
            return await _in_thread(
                lambda: self._keyring.get_password(SERVICE, _account(server_url)),
                deadline_s=self._deadline_s,
            )
        except _KeyringFailedError as failure:
            self._give_up(failure)
            return None

    async def save(self, server_url: str, session: str) -> None:
        """Keep a session in place of an earlier one."""
        await self._memory.save(server_url, session)
        if self._notice is not None:
            return
        try:
            await _in_thread(
                lambda: self._keyring.set_password(SERVICE, _account(server_url), session),
                deadline_s=self._deadline_s,
            )
        except _KeyringFailedError as failure:
            self._give_up(failure)

    async def forget(self, server_url: str) -> None:
        """Keep none for the server."""
        await self._memory.forget(server_url)
        if self._notice is not None:
            return

        def delete() -> None:
            # Back ends disagree on deleting what is not there: some raise.
            if self._keyring.get_password(SERVICE, _account(server_url)) is not None:
                self._keyring.delete_password(SERVICE, _account(server_url))

        try:
            await _in_thread(delete, deadline_s=self._deadline_s)
        except _KeyringFailedError as failure:
            self._give_up(failure)

    def _give_up(self, failure: "_KeyringFailedError") -> None:
        _log.warning("the keyring is no longer used: %s", failure)
        self._notice = _NOT_KEPT


async def open_session_store(
    *,
    find: Callable[[], Keyring] | None = None,
    known: frozenset[str] = KEYRING_BACKENDS,
    deadline_s: float = DEADLINE_S,
) -> SessionStore:
    """The best store of this computer, after a real set, get and delete in its keyring.

    `find` gives the back end to try (the system's own by default). It and every later call run in
    threads of their own, so that a keyring which waits for a prompt nobody sees blocks nothing.
    """
    try:
        keyring = await _in_thread(
            lambda: _probed((find or _system_keyring)(), known), deadline_s=deadline_s
        )
    except _KeyringFailedError as failure:
        _log.info("sessions are kept in memory: %s", failure)
        return MemoryStore(notice=_NOT_KEPT)
    return KeyringStore(keyring, deadline_s=deadline_s)


class _KeyringFailedError(Exception):
    """The keyring cannot be used; says in which way, never with what it was given."""


def _system_keyring() -> Keyring:
    # Imported here, in the worker: it looks through all installed packages for back ends.
    import keyring

    return cast(Keyring, keyring.get_keyring())


def _probed(found: Keyring, known: frozenset[str]) -> Keyring:
    """The first of the given back ends that is known and really keeps a secret."""
    problem = "no known keyring"
    chained: tuple[Keyring, ...] = tuple(getattr(found, "backends", ()))
    for candidate in (found, *chained):
        name = f"{type(candidate).__module__}.{type(candidate).__qualname__}"
        if name not in known:
            continue
        account, secret = f"probe-{token_urlsafe(8)}", token_urlsafe(16)
        candidate.set_password(SERVICE, account, secret)
        kept = candidate.get_password(SERVICE, account)
        candidate.delete_password(SERVICE, account)
        if kept == secret:
            return candidate
        problem = f"{name} does not give back what it was given"
    raise _KeyringFailedError(problem)


async def _in_thread[T](work: Callable[[], T], *, deadline_s: float) -> T:
    """Run work that may block for ever. After the deadline its thread is left to itself.

    It is a daemon thread and not one of an executor: those are joined when the app ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, failure: _KeyringFailedError | None) -> None:
        if done.done():
            return
        if failure is not None:
            done.set_exception(failure)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: T | None = None
        failure: _KeyringFailedError | None = None
        try:
            result = work()
        except _KeyringFailedError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - the root of a thread; back ends raise anything
            failure = _KeyringFailedError(type(error).__name__)
        with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(deadline_s):
            return await done
    except TimeoutError:
        raise _KeyringFailedError(f"no answer within {deadline_s:g} s") from None


def _account(server_url: str) -> str:
    return server_url.rstrip("/").casefold()
