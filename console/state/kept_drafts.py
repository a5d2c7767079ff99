"""Unsent decisions on disk, so that a crash of the window costs a moderator no words."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from console.state.draft import Draft
from shared.files import write_atomically
from shared.schemas.moderation import ActionRequest

_log = logging.getLogger(__name__)
_MOST = 50
_FOR = timedelta(days=7)


class _Kept(BaseModel):
    """One draft as it lies in the file."""

    model_config = ConfigDict(extra="ignore")

    at: AwareDatetime
    actions: list[ActionRequest] = []
    policy: str = ""
    statement: str = ""


class _File(BaseModel):
    """The file: drafts by the id of their case."""

    model_config = ConfigDict(extra="ignore")

    drafts: dict[str, _Kept] = {}


class KeptDrafts:
    """At most 50 drafts of one person, none older than a week. The file is for its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drafts: dict[str, _Kept] = {}

    def load(self, now: datetime) -> None:
        """Read the file; one that is missing or damaged holds nothing."""
        try:
            kept = _File.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValidationError) as error:
            _log.warning("the kept drafts cannot be read: %s", type(error).__name__)
            return
        self._drafts = {
            case_id: draft for case_id, draft in kept.drafts.items() if now - draft.at < _FOR
        }

    def draft_of(self, case_id: str) -> Draft | None:
        """What was written about a case and not sent."""
        kept = self._drafts.get(case_id)
        if kept is None:
            return None
        return Draft(tuple(kept.actions), kept.policy, kept.statement)

    def keep(self, case_id: str, draft: Draft, now: datetime) -> bool:
        """Take a draft, or forget the one there was when nothing is drafted; whether it is news."""
        if draft == (self.draft_of(case_id) or Draft()):
            return False
        self._drafts.pop(case_id, None)
        if draft != Draft():
            self._drafts[case_id] = _Kept(
                at=now,
                actions=list(draft.actions),
                policy=draft.policy,
                statement=draft.statement,
            )
            while len(self._drafts) > _MOST:
                del self._drafts[next(iter(self._drafts))]
        return True

    def save(self) -> None:
        """Write the file; call it from a thread that may wait for the disk.

        Raises: StorageError when it cannot be written.
        """
        content = _File(drafts=dict(self._drafts)).model_dump_json(indent=1)
        write_atomically(self._path, content.encode())
