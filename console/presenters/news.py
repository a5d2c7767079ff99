"""Announcements: read when looked at, published once each."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import NewsScreen
from shared.ids import new_id
from shared.qt.translations import tr
from shared.schemas.administration import Announcement, AnnouncementCreate
from shared.schemas.common import MAX_PAGE


class NewsPresenter(ListPresenter[Announcement]):
    """The words stay in the form until the server has them."""

    counts = False

    def __init__(self, around: Surroundings) -> None:
        self._screen = around.workspace.screen_of(NewsScreen)
        super().__init__(
            around,
            name="news",
            screen=self._screen,
            problem=tr("The announcements cannot be loaded"),
        )
        self._news: list[Announcement] = []
        self._sending: tuple[AnnouncementCreate, str] | None = None
        self._screen.published.connect(self._on_published)

    @property
    @override
    def items(self) -> Sequence[Announcement]:
        return self._news

    @override
    async def fetch(self) -> None:
        self._news = list((await self._api.admin.announcements(limit=MAX_PAGE)).items)

    def _on_published(self, request: AnnouncementCreate) -> None:
        # The same words sent again after a lost answer are the same announcement.
        before = self._sending
        key = before[1] if before is not None and before[0] == request else new_id()
        self._sending = (request, key)

        async def publish() -> None:
            news = await self._api.admin.announce(request, key=key)
            self._news = [news, *(one for one in self._news if one.id != news.id)]

        def done() -> None:
            self._sending = None
            self._screen.forget_words()
            self._around.tell(tr("Published: staff and every open room see it."))

        self.send("announcement", publish, done=done)
