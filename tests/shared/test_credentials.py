"""Where sessions are kept, also beside keyrings that block, lie, lose and raise."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keyring.backends.fail
import keyring.backends.null
import pytest

from shared.credentials import KEYRING_BACKENDS, Keyring, MemoryStore, open_session_store

URL = "https://teezu.example"
SECRET = "a-session-secret"


class Honest:
    """A keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Raising(Honest):
    """A locked keyring: it looks fine until it is used."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(f"cannot unlock the collection for {password}")


class Forgetful(Honest):
    """Takes everything and keeps nothing, without a word."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass

    def delete_password(self, service: str, username: str) -> None:
        pass


class Blocking(Honest):
    """Waits for a prompt that nobody sees, until the test lets it go."""

    def __init__(self, *, from_call: int = 1) -> None:
        super().__init__()
        self.released = threading.Event()
        self._calls_left = from_call

    def set_password(self, service: str, username: str, password: str) -> None:
        self._calls_left -= 1
        if self._calls_left <= 0:
            self.released.wait(30)
        super().set_password(service, username, password)


class Chain(Honest):
    """Several back ends behind one, as keyring's chainer has them."""

    def __init__(self, *backends: Keyring) -> None:
        super().__init__()
        self.backends = backends


def name_of(*kinds: type) -> frozenset[str]:
    return frozenset(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)


OURS = name_of(Honest, Raising, Forgetful, Blocking)


@contextmanager
def let_go(*backends: Blocking) -> Iterator[None]:
    """Let blocked threads end with the test."""
    try:
        yield
    finally:
        for backend in backends:
            backend.released.set()


async def test_a_keyring_that_works_keeps_the_session_and_nothing_of_the_probe() -> None:
    backend = Honest()
    store = await open_session_store(find=lambda: backend, known=OURS)
    assert backend.kept == {}, "the probe cleans up"
    assert store.notice is None
    assert await store.load(URL) is None
    await store.save(URL + "/", SECRET)
    again = await open_session_store(find=lambda: backend, known=OURS)
    assert await again.load(URL) == SECRET
    await again.forget(URL)
    await again.forget(URL)
    assert backend.kept == {}


@pytest.mark.parametrize("backend", [Raising(), Forgetful()])
async def test_a_keyring_that_fails_its_probe_is_not_used_and_that_is_said(
    backend: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_session_store(find=lambda: backend, known=OURS)
    assert isinstance(store, MemoryStore)
    assert store.notice is not None
    await store.save(URL, SECRET)
    assert await store.load(URL) == SECRET
    assert "cannot unlock the collection" not in caplog.text, "back ends may put secrets in errors"


async def test_a_keyring_that_waits_for_ever_costs_its_deadline_only() -> None:
    backend = Blocking()
    with let_go(backend):
        started = asyncio.get_running_loop().time()
        store = await open_session_store(find=lambda: backend, known=OURS, deadline_s=0.1)
        assert asyncio.get_running_loop().time() - started < 2
        assert isinstance(store, MemoryStore)


async def test_a_search_for_keyrings_that_waits_for_ever_costs_its_deadline_only() -> None:
    released = threading.Event()

    def find() -> Keyring:
        released.wait(30)
        return Honest()

    try:
        store = await open_session_store(find=find, known=OURS, deadline_s=0.1)
        assert isinstance(store, MemoryStore)
    finally:
        released.set()


@pytest.mark.parametrize(
    "backend", [keyring.backends.null.Keyring(), keyring.backends.fail.Keyring(), Honest()]
)
async def test_only_known_back_ends_are_used(backend: Keyring) -> None:
    store = await open_session_store(find=lambda: backend)
    assert isinstance(store, MemoryStore)
    assert store.notice is not None


async def test_of_several_the_first_known_one_is_used() -> None:
    good = Honest()
    chain = Chain(keyring.backends.null.Keyring(), good)
    store = await open_session_store(find=lambda: chain, known=OURS)
    await store.save(URL, SECRET)
    assert list(good.kept.values()) == [SECRET]


async def test_a_keyring_that_stops_working_loses_nothing_until_the_app_ends(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("the keyring is no longer used: no answer within")
    backend = Blocking(from_call=2)
    with let_go(backend):
        store = await open_session_store(find=lambda: backend, known=OURS, deadline_s=0.1)
        assert store.notice is None
        await store.save(URL, SECRET)
        assert store.notice is not None
        assert await store.load(URL) == SECRET
        await store.forget(URL)
        assert await store.load(URL) is None


async def test_what_the_system_itself_has_here_is_answered_within_the_deadline() -> None:
    store = await open_session_store()
    await store.save(URL, SECRET)
    assert await store.load(URL) == SECRET
    await store.forget(URL)


def test_no_back_end_that_writes_files_is_known() -> None:
    assert not [name for name in KEYRING_BACKENDS if "file" in name.lower() or "null" in name]
