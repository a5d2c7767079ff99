"""What the numbers of faces in a row of pictures suggest: hints for a person, never more.

One picture says little: somebody turns round, a poster hangs on the wall. So only a whole run of
pictures that say the same gives a hint, and one picture that says otherwise ends it. A hint has no
weight in the safety score, opens no case and does nothing to a stream; a moderator sees it beside
the stream and looks. What a counted face is worth is said in `ai.faces`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.schemas.streams import SafetyHint

FACELESS_RUN = 20
"""Pictures of a public room without a face, in a row: five minutes at the usual pace."""
CROWDED_RUN = 4
"""Pictures with more faces than people who agreed, in a row: one minute."""


@dataclass(slots=True)
class _Run:
    faceless: int = 0
    crowded: int = 0
    told: tuple[SafetyHint, ...] = ()

    @property
    def hints(self) -> tuple[SafetyHint, ...]:
        """What the run suggests now."""
        found = {
            SafetyHint.NO_FACE: self.faceless >= FACELESS_RUN,
            SafetyHint.MORE_FACES: self.crowded >= CROWDED_RUN,
        }
        return tuple(hint for hint, holds in found.items() if holds)


class FaceRuns:
    """One run for each stream on air."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}

    def take(
        self, stream_id: str, faces: int, *, agreed: int, is_public: bool
    ) -> tuple[SafetyHint, ...] | None:
        """Take in one picture; the hints where they have changed, else None.

        `agreed` is the number of people who may be seen, the creator included.
        """
        run = self._runs.setdefault(stream_id, _Run())
        run.faceless = run.faceless + 1 if is_public and faces == 0 else 0
        run.crowded = run.crowded + 1 if faces > agreed else 0
        if run.hints == run.told:
            return None
        run.told = run.hints
        return run.told

    def forget_others(self, stream_ids: Iterable[str]) -> None:
        """Keep the runs of these streams only."""
        kept = set(stream_ids)
        self._runs = {id_: run for id_, run in self._runs.items() if id_ in kept}
