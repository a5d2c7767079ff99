"""The last known state: kept privately, trimmed, and never in the way when damaged."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.errors import StorageError
from shared.qt.theme import Accent, Scheme
from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.settings import AppSettings
from studio.desk.memory import LastState, Memory, preferences_of

_ID = "0192d3b4-5c6d-7e8f-9a0b-{:012d}"


def message(number: int) -> ChatMessage:
    author = UserRef(id=_ID.format(1), display_name="Noor", role=Role.MEMBER)
    at = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    return ChatMessage(
        id=_ID.format(number), stream_id=_ID.format(2), author=author, text=f"hi {number}", at=at
    )


def test_what_was_shown_comes_back(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "cache")
    assert memory.last_state() is None
    state = LastState(
        user_id="u", name="Mila", role="creator", title="Talk", messages=(message(3),)
    )
    memory.keep_last_state(state)
    assert memory.last_state() == state
    memory.forget_last_state()
    assert memory.last_state() is None


def test_only_the_newest_messages_are_kept_and_only_for_their_owner(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    messages = tuple(message(n) for n in range(2000))
    memory.keep_last_state(LastState(user_id="u", name="Mila", role="creator", messages=messages))
    kept = memory.last_state()
    assert kept is not None
    assert kept.messages == messages[-60:]
    file = next(tmp_path.iterdir())
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"user_id": 3}', b"\xff\xfe"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    memory = Memory(tmp_path)
    (tmp_path / "last-state.json").write_bytes(content)
    assert memory.last_state() is None


def test_a_folder_that_is_not_writable_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError):
        Memory(tmp_path / "file").keep_last_state(LastState(user_id="u", name="M", role="creator"))


def test_settings_become_a_look_and_unknown_values_ours() -> None:
    chosen = preferences_of(AppSettings(scheme="light", accent="rose", text_scale=1.3), "nl")
    assert chosen.theme.scheme is Scheme.LIGHT
    assert chosen.theme.accent is Accent.ROSE
    assert chosen.language == "nl"
    assert preferences_of(AppSettings(accent="plaid"), "en").theme.accent is Accent.VIOLET
