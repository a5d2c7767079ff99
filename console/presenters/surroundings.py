"""What every presenter of a shift stands in."""

from dataclasses import dataclass

from console.main_window import Workspace
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr_error


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The server's client, the window, and where tasks run and sentences are told."""

    api: ApiClient
    workspace: Workspace
    scope: TaskScope
    bar: MessageBar

    def tell(self, sentence: str, severity: Severity = Severity.SUCCESS) -> None:
        """Say something on the window's bar."""
        self.bar.show_notice(Notice(sentence, severity))

    def tell_error(self, error: AppError) -> None:
        """Say why something was not done."""
        self.tell(tr_error(error), Severity.WARNING)
