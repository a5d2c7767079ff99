"""Questions and small forms that lie over the studio's content without stopping it."""

from studio.dialogs.close_question import CloseQuestion
from studio.dialogs.ending import EndQuestion, SummaryPanel
from studio.dialogs.palette import CommandPalette
from studio.dialogs.people_cards import LinkQuestion, PersonCard
from studio.dialogs.preferences import PreferencesPanel
from studio.dialogs.show_sheet import ShowSheet
from studio.dialogs.words import WordsPanel

__all__ = [
    "CloseQuestion",
    "CommandPalette",
    "EndQuestion",
    "LinkQuestion",
    "PersonCard",
    "PreferencesPanel",
    "ShowSheet",
    "SummaryPanel",
    "WordsPanel",
]
