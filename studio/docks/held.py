"""Messages that wait for a person: let into the room, or kept out."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from shared.qt import format as words
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.automod import AutomodRule, HeldMessage
from studio.docks.rows import Row, RowAction, RowList, ToolDock


def rule_name(rule: AutomodRule) -> str:
    """Why a message waits, in the person's language."""
    return {
        AutomodRule.MINORS: tr("May concern minors"),
        AutomodRule.NON_CONSENT: tr("Without consent"),
        AutomodRule.COERCION: tr("Pressure"),
        AutomodRule.SELF_HARM: tr("Somebody may need help"),
        AutomodRule.HATE: tr("Hate"),
        AutomodRule.THREAT: tr("Threat"),
        AutomodRule.INSULT: tr("Insult"),
        AutomodRule.TOXIC: tr("Reads as an attack"),
        AutomodRule.CONTACT: tr("Contact details"),
        AutomodRule.LINK: tr("Link"),
        AutomodRule.CAPS: tr("Shouting"),
        AutomodRule.FLOOD: tr("Too much at once"),
        AutomodRule.REPEAT: tr("Repeated"),
        AutomodRule.STRANGER: tr("New here"),
    }[rule]


class HeldDock(ToolDock):
    """Held messages, oldest first, each with Allow and Deny."""

    allowed = Signal(str)
    denied = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "heldDock", tr("Held messages"))
        self._rows = RowList(
            theme,
            tr("Held messages"),
            tr("No message waits. What the filters are unsure of is held here for you."),
        )
        self._rows.acted.connect(self._on_acted)
        self.body.addWidget(self._rows, 1)

    def set_messages(self, messages: Sequence[HeldMessage]) -> None:
        """Show what waits."""
        self._rows.set_rows([_row(message) for message in messages])

    def _on_acted(self, held_id: str, key: str) -> None:
        (self.allowed if key == "allow" else self.denied).emit(held_id)


def _row(message: HeldMessage) -> Row:
    name = message.author.display_name
    return Row(
        message.id,
        message.text,
        f"{name} \N{MIDDLE DOT} {words.clock_time(message.at)}",
        badge=rule_name(message.rule),
        badge_kind="warning",
        actions=(
            RowAction("allow", "check", tr("Allow the message of {name}", name=name)),
            RowAction("deny", "close", tr("Deny the message of {name}", name=name)),
        ),
    )
