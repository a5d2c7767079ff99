"""What a chat view shows: rows, made from the room's messages and tips, in a bounded ring."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.qt import format as words
from shared.qt.translations import tr
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.wallet import Tip


class RowKind(StrEnum):
    """What a row tells of."""

    MESSAGE = "message"
    TIP = "tip"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One row. `id` is the message's or tip's; `is_ai` must show on everything a machine wrote."""

    id: str
    text: str
    author: str = ""
    author_id: str = ""
    role: Role | None = None
    at: datetime | None = None
    kind: RowKind = RowKind.MESSAGE
    is_ai: bool = False
    is_deleted: bool = False
    mood: Mood | None = None

    @property
    def spoken(self) -> str:
        """The row as a screen reader says it."""
        text = tr("Message removed") if self.is_deleted else self.text
        if not self.author:
            return text
        if self.is_ai:
            return tr("{author}, written by AI: {text}", author=self.author, text=text)
        return f"{self.author}: {text}"


def chat_row(message: ChatMessage, *, mood: Mood | None = None) -> ChatRow:
    """The row of a chat message."""
    return ChatRow(
        id=message.id,
        text=message.text,
        author=message.author.display_name,
        author_id=message.author.id,
        role=message.author.role,
        at=message.at,
        is_ai=message.is_ai,
        is_deleted=message.deleted,
        mood=mood,
    )


def tip_row(tip: Tip) -> ChatRow:
    """The row of a tip."""
    text = tr("tipped {amount}", amount=words.tokens(tip.tokens))
    if tip.menu_item:
        text = tr(
            "{text} for \N{LEFT DOUBLE QUOTATION MARK}{item}\N{RIGHT DOUBLE QUOTATION MARK}",
            text=text,
            item=tip.menu_item,
        )
    return ChatRow(
        id=tip.id,
        text=f"{text}. {tip.text}" if tip.text else text,
        author=tip.sender.display_name,
        author_id=tip.sender.id,
        role=tip.sender.role,
        at=tip.at,
        kind=RowKind.TIP,
    )


def notice_row(row_id: str, text: str, at: datetime | None = None) -> ChatRow:
    """A line that nobody wrote: somebody joined, the line was cut."""
    return ChatRow(id=row_id, text=text, at=at, kind=RowKind.NOTICE)


_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_LINK_TAIL = ".,;:!?)]}'"


def links_in(text: str) -> list[tuple[int, str]]:
    """Web addresses in a text: where each begins, and the address without the sentence's end."""
    return [(found.start(), found[0].rstrip(_LINK_TAIL)) for found in _LINK.finditer(text)]


class ChatShow(StrEnum):
    """Which rows are wanted."""

    EVERYTHING = "everything"
    MENTIONS = "mentions"
    QUESTIONS = "questions"
    TIPS = "tips"
    STAFF = "staff"
    AI = "ai"


@dataclass(frozen=True, slots=True)
class ChatFilter:
    """What is looked for; `own_name` is who is mentioned, `author_id` wants one person's rows."""

    words: str = ""
    show: ChatShow = ChatShow.EVERYTHING
    own_name: str = ""
    author_id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether every row passes."""
        return not (self.words.strip() or self.author_id or self.show is not ChatShow.EVERYTHING)

    def passes(self, row: ChatRow) -> bool:
        """Whether a row is looked for."""
        if self.author_id and row.author_id != self.author_id:
            return False
        if not self._is_shown(row):
            return False
        said = f"{row.author} {row.text}".casefold()
        return all(word in said for word in self.words.casefold().split())

    def _is_shown(self, row: ChatRow) -> bool:
        match self.show:
            case ChatShow.MENTIONS:
                return bool(self.own_name) and f"@{self.own_name}".casefold() in row.text.casefold()
            case ChatShow.QUESTIONS:
                return row.kind is RowKind.MESSAGE and "?" in row.text
            case ChatShow.TIPS:
                return row.kind is RowKind.TIP
            case ChatShow.STAFF:
                return row.role in {Role.MOD, Role.ADMIN, Role.SUPER_ADMIN, Role.CREATOR}
            case ChatShow.AI:
                return row.is_ai
            case _:
                return True


class ChatRing:
    """The newest rows, at most `capacity`; the oldest go first."""

    def __init__(self, capacity: int) -> None:
        self._rows: deque[ChatRow] = deque(maxlen=capacity)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> ChatRow:
        return self._rows[index]

    def __iter__(self) -> Iterator[ChatRow]:
        return iter(self._rows)

    def extend(self, rows: Iterable[ChatRow]) -> tuple[int, int]:
        """Add rows at the end; returns how many were added and how many old ones fell out."""
        before = len(self._rows)
        added = 0
        for row in rows:
            self._rows.append(row)
            added += 1
        return added, before + added - len(self._rows)

    def mark_deleted(self, row_id: str) -> bool:
        """Turn a row into one that is gone; false when it is not here."""
        for index in range(len(self._rows) - 1, -1, -1):
            if self._rows[index].id == row_id:
                self._rows[index] = replace(self._rows[index], is_deleted=True, text="")
                return True
        return False

    def index_of(self, row_id: str) -> int | None:
        """Where a row is now, or none when it fell out."""
        for index in range(len(self._rows) - 1, -1, -1):
            if self._rows[index].id == row_id:
                return index
        return None

    def clear(self) -> None:
        """Forget all rows."""
        self._rows.clear()
