"""Who supports the show most."""

from collections.abc import Sequence

from shared.qt import format as words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.schemas.wallet import LeaderboardRow
from studio.docks.rows import Row, RowList, ToolDock


class LeaderboardDock(ToolDock):
    """Ranks with a bar as long as a supporter's share of the first one's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "leaderboardDock", tr("Leaderboard"))
        self._rows = RowList(
            theme, tr("Leaderboard"), tr("Nobody has tipped in this broadcast yet.")
        )
        self.body.addWidget(self._rows, 1)

    def set_rows(self, rows: Sequence[LeaderboardRow]) -> None:
        """Show the ranks."""
        most = max((row.tokens for row in rows), default=1)
        self._rows.set_rows(
            [
                Row(
                    row.user.id,
                    f"{row.rank}. {row.user.display_name}",
                    tr_n("{n} tip", "{n} tips", row.tips),
                    badge=words.tokens(row.tokens),
                    badge_kind="accent" if row.rank == 1 else "neutral",
                    share=row.tokens / max(1, most),
                )
                for row in rows
            ]
        )
