"""The safe word on this computer: recognised however it is written, and never kept as it is."""

import pytest
from pydantic import SecretStr

from shared.credentials import MemoryStore
from studio.live.safe_word import SafeWordKeeper

_USER = "0190-Ada"


class _Store(MemoryStore):
    """A keyring whose content the test reads."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    async def save(self, server_url: str, session: str) -> None:
        self.kept[server_url] = session
        await super().save(server_url, session)


async def test_a_word_is_known_again_at_the_next_start_and_never_lies_anywhere() -> None:
    store = _Store()
    await SafeWordKeeper(store).learn(_USER, SecretStr("Red Lantern"))
    assert "lantern" not in str(store.kept).lower()
    keeper = SafeWordKeeper(store)
    assert not keeper.is_said("Red Lantern")
    await keeper.open(_USER)
    assert keeper.is_known
    assert keeper.is_said("  red LANTERN ")
    assert keeper.is_said("red lante\uff52n"), "another form of the same letter"


@pytest.mark.parametrize("line", ["", "red", "red lantern!", "my red lantern", "lantern red"])
async def test_other_lines_are_not_the_word(line: str) -> None:
    keeper = SafeWordKeeper(_Store())
    await keeper.learn(_USER, SecretStr("red lantern"))
    assert not keeper.is_said(line)


async def test_nobody_else_has_the_word_and_a_sign_out_forgets_it() -> None:
    store = _Store()
    keeper = SafeWordKeeper(store)
    await keeper.learn(_USER, SecretStr("red lantern"))
    keeper.close()
    assert not keeper.is_said("red lantern")
    await keeper.open("somebody-else")
    assert not keeper.is_known


async def test_what_a_keyring_gives_back_wrongly_is_no_word() -> None:
    store = _Store()
    await store.save(f"safe-word:{_USER}", "not hexadecimal")
    keeper = SafeWordKeeper(store)
    await keeper.open(_USER)
    assert not keeper.is_known
    assert not keeper.is_said("")
