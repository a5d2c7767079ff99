"""Who is in the room, for the people zone."""

from collections.abc import Iterator

from shared.schemas.accounts import UserRef


class People:
    """Present persons in the order in which they came, at most `limit` of them.

    When there are more, the one who came first is no longer listed; the room's count of viewers
    stays the server's.
    """

    def __init__(self, *, limit: int = 2000) -> None:
        self._limit = limit
        self._present: dict[str, UserRef] = {}

    def __len__(self) -> int:
        return len(self._present)

    def __iter__(self) -> Iterator[UserRef]:
        return iter(self._present.values())

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._present

    def came(self, person: UserRef) -> bool:
        """Somebody came, or is seen again under another name or role; false when nothing changed.

        A person keeps the place in the order that the first coming gave.
        """
        if self._present.get(person.id) == person:
            return False
        self._present[person.id] = person
        if len(self._present) > self._limit:
            del self._present[next(iter(self._present))]
        return True

    def left(self, user_id: str) -> bool:
        """Somebody left; false when not listed."""
        return self._present.pop(user_id, None) is not None

    def clear(self) -> None:
        """Nobody is known to be here."""
        self._present.clear()

    def named(self, words: str) -> list[UserRef]:
        """Those whose name contains the words, in the order of their names."""
        wanted = words.casefold().strip()
        found = [p for p in self if wanted in p.display_name.casefold()]
        return sorted(found, key=lambda person: person.display_name.casefold())
