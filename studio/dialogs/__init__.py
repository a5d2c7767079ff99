"""Questions and small forms that lie over the studio's content without stopping it."""

from studio.dialogs.close_question import CloseQuestion
from studio.dialogs.preferences import PreferencesPanel
from studio.dialogs.words import WordsPanel

__all__ = ["CloseQuestion", "PreferencesPanel", "WordsPanel"]
