"""How any list of the console is read, kept fresh and acted on."""

from collections.abc import Awaitable, Callable, Sequence

from pydantic import BaseModel

from console.presenters.surroundings import Surroundings
from console.screens import ListScreen
from shared.errors import AppError
from shared.qt.translations import tr_error


class ListPresenter[Item: BaseModel]:
    """Reads a list when the shift begins, when its screen is shown, and after every lost line.

    One made of it says in `fetch` how to read and in `items` what is known; `problem` is the title
    when the list could not be read.
    """

    counts = True
    """Whether the rail shows how many there are."""

    def __init__(
        self, around: Surroundings, *, name: str, screen: ListScreen[Item], problem: str
    ) -> None:
        self._around = around
        self._api = around.api
        self._name = name
        self._list = screen
        self._problem = problem
        self._was_up = True
        self._was_read = False
        screen.refresh_asked.connect(self.read)
        around.workspace.screen_shown.connect(self._on_screen_shown)

    @property
    def items(self) -> Sequence[Item]:
        """What is known, in the order shown."""
        return ()

    async def fetch(self) -> None:
        """Read from the server what `items` gives."""

    @property
    def is_shown(self) -> bool:
        """Whether somebody looks at the list now."""
        return self._around.workspace.current == self._name

    def read(self) -> None:
        """Read now, unless that is under way."""
        if not self._around.scope.running(self._task):
            if not self._was_read:
                self._list.show_loading()
            self._around.scope.start(self._read(), name=self._task)

    def show(self) -> None:
        """Show what is known."""
        self._list.show_items(self.items)
        if self.counts:
            self._around.workspace.rail.set_count(self._name, len(self.items))

    def show_connection(self, *, is_up: bool) -> None:
        """The line went down or is back: say so; what was missed is read once it is back."""
        self._list.show_cut_off(is_cut_off=not is_up)
        if is_up and not self._was_up and self._was_read:
            self.read()
        self._was_up = is_up

    def send(
        self, name: str, work: Callable[[], Awaitable[object]], *, done: Callable[[], object]
    ) -> None:
        """Do something on the server, once at a time for each `name`; then `done` and show.

        A refusal is told, and the list is read again: it may be the list that is old.
        """
        if not self._around.scope.running(name):
            self._around.scope.start(self._send(work, done), name=name)

    async def _send(
        self, work: Callable[[], Awaitable[object]], done: Callable[[], object]
    ) -> None:
        try:
            await work()
        except AppError as error:
            self._around.tell_error(error)
            self.read()
            return
        done()
        self.show()

    async def _read(self) -> None:
        try:
            await self.fetch()
        except AppError as error:
            self._list.show_problem(self._problem, tr_error(error))
            return
        self._was_read = True
        self.show()

    @property
    def _task(self) -> str:
        return f"list {self._name}"

    def _on_screen_shown(self, name: str) -> None:
        if name == self._name:
            self.read()
