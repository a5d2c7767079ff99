"""Files of evidence in the object store: named by their SHA-256, and checked whenever read.

A file's row names case, name and hash; the content lies under the hash, so that two cases with the
same picture keep it once. What no row names any more is removed.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.errors import AppError
from shared.schemas.alerts import AlertKind, Severity
from shared.schemas.common import ErrorCode
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.moderation import audit
from shared.server.moderation.evidence_tables import ClipRow, ExhibitRow
from shared.server.moderation.review_tables import EvidenceRow
from shared.server.operations.alerts import Alerts

CLIP = "clip.mp4"
PREFIX = "evidence/"
_OLD_FOLDER = "evidence"

_log = logging.getLogger(__name__)


def key_of(sha256: str) -> str:
    """Where the content with this hash lies in the object store."""
    return f"{PREFIX}{sha256[:2]}/{sha256}"


def still_name(number: int) -> str:
    """The name of one of a clip's pictures."""
    return f"still-{number}.jpg"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of a case."""

    name: str
    sha256: str
    size_bytes: int


class Exhibits:
    """Keeps, reads and removes the files of evidence."""

    def __init__(self, core: Core, alerts: Alerts) -> None:
        self._core = core
        self._alerts = alerts
        self.bytes = 0
        """What all files take, as last counted."""
        core.metrics.gauge("teezu_evidence_bytes", lambda: float(self.bytes))
        core.metrics.gauge("teezu_evidence_budget_bytes", lambda: float(self.budget_bytes))
        core.metrics.declare("teezu_evidence_damaged_total")

    @property
    def budget_bytes(self) -> int:
        """What all files together may take."""
        return self._core.settings.evidence_max_mb * 1024 * 1024

    async def count(self) -> int:
        """Count what all files take; files with the same content count once."""
        each = select(ExhibitRow.sha256, func.max(ExhibitRow.size_bytes).label("size"))
        query = select(
            func.coalesce(func.sum(each.group_by(ExhibitRow.sha256).subquery().c.size), 0)
        )
        async with self._core.db.read() as db:
            self.bytes = int((await db.execute(query)).scalar_one())
        return self.bytes

    async def has_room(self, size_bytes: int) -> bool:
        """Whether so much more may be kept; where not, the admins are told."""
        if await self.count() + size_bytes <= self.budget_bytes:
            return True
        await self._alerts.tell(
            AlertKind.DISK,
            Severity.CRITICAL,
            "The room for evidence is full, so that new clips are not kept: raise "
            "TEEZU_EVIDENCE_MAX_MB, or end holds that nobody needs any more.",
            {"evidence_bytes": self.bytes, "budget_bytes": self.budget_bytes},
        )
        return False

    async def put(self, contents: Mapping[str, bytes]) -> list[Exhibit]:
        """Store contents by name; the rows are the caller's to add in its transaction.

        Raises:
            Unavailable: the store does not take them.
        """
        kept = []
        for name, content in contents.items():
            sha256 = await asyncio.to_thread(_hash, content)
            await self._core.objects.put(key_of(sha256), content)
            kept.append(Exhibit(name, sha256, len(content)))
        return kept

    async def read(self, case_id: str, name: str) -> bytes:
        """A case's file, proven to be what was kept.

        Raises:
            Refused: there is none, it was removed in its time, or it is damaged.
            Unavailable: the store does not answer.
        """
        async with self._core.db.read() as db:
            sha256 = await _hash_of(db, case_id, name)
            if sha256 is None:
                raise await _gone(db, case_id)
        content = await self._core.objects.get(key_of(sha256))
        if content is not None and await asyncio.to_thread(_hash, content) == sha256:
            return content
        await self._tell_damage(case_id, name, is_missing=content is None)
        raise Refused(
            ErrorCode.UNAVAILABLE,
            "This file of the evidence is damaged or missing in the object store; ask an "
            "administrator to put it back from a backup.",
            "Dit bewijsbestand is beschadigd of ontbreekt in de objectopslag; vraag een beheerder "
            "om het uit een back-up terug te zetten.",
        )

    async def _tell_damage(self, case_id: str, name: str, *, is_missing: bool) -> None:
        self._core.metrics.count("teezu_evidence_damaged_total")
        await self._alerts.tell(
            AlertKind.STORE,
            Severity.CRITICAL,
            "A file of evidence is damaged or missing in the object store: put it back from a "
            "backup, and look who else can write there.",
            {"case_id": case_id, "file": name, "missing": is_missing},
        )

    async def sweep(self, hashes: Iterable[str]) -> int:
        """Remove the contents among these that no row names any more; how many those were.

        Raises:
            Unavailable: the store does not answer.
        """
        gone = 0
        for sha256 in sorted(set(hashes)):
            async with self._core.db.read() as db:
                named = select(ExhibitRow.case_id).where(ExhibitRow.sha256 == sha256).limit(1)
                if (await db.execute(named)).first() is not None:
                    continue
            await self._core.objects.delete([key_of(sha256)])
            gone += 1
        return gone

    async def sweep_orphans(self, older_than: datetime) -> int:
        """Remove old contents that no row names, such as those of a clip that was never noted.

        Raises:
            Unavailable: the store does not answer.
        """
        async with self._core.db.read() as db:
            named = set((await db.execute(select(ExhibitRow.sha256).distinct())).scalars())
        stored = await self._core.objects.under(PREFIX)
        names = {each.key.rpartition("/")[2] for each in stored if each.at < older_than}
        return await self.sweep(names - named)

    async def adopt(self) -> None:
        """Take in the files that earlier versions kept in a folder of the data folder."""
        old = self._core.settings.data / _OLD_FOLDER
        folders = await asyncio.to_thread(_folders, old)
        for folder in folders:
            try:
                await self._adopt(folder)
            except (AppError, OSError) as error:
                _log.warning("evidence stays in %s for now: %s", folder, error)
        if folders:
            await asyncio.to_thread(_remove_empty, old)

    async def _adopt(self, folder: Path) -> None:
        case_id = folder.name
        async with self._core.db.read() as db:
            known = select(ClipRow.sha256).where(ClipRow.case_id == case_id)
            sha256 = (await db.execute(known)).scalar_one_or_none()
            if sha256 is None:
                return
        contents = await asyncio.to_thread(_contents, folder)
        kept = await self.put(contents)
        if any(each.name == CLIP and each.sha256 != sha256 for each in kept):
            _log.error("the clip in %s is not what its row says; it stays there", folder)
            return
        async with self._core.db.write() as tx:
            await tx.db.execute(delete(ExhibitRow).where(ExhibitRow.case_id == case_id))
            await add_rows(tx, case_id, kept)
        await asyncio.to_thread(_remove, folder)


async def add_rows(tx: Tx, case_id: str, files: Iterable[Exhibit]) -> None:
    """Name a case's files."""
    rows = [
        {
            "case_id": case_id,
            "name": each.name,
            "sha256": each.sha256,
            "size_bytes": each.size_bytes,
            "at": tx.now,
        }
        for each in files
    ]
    if rows:
        await tx.db.execute(insert(ExhibitRow), rows)


async def remove_rows(tx: Tx, case_id: str, *, why: str) -> list[str]:
    """Give up a case's words and files, with an entry in the audit log; the files' hashes.

    The sealed hash stays, so that what is left still says what there was.
    """
    query = select(ExhibitRow.sha256, ExhibitRow.size_bytes).where(ExhibitRow.case_id == case_id)
    files = [(str(sha256), int(size)) for sha256, size in await tx.db.execute(query)]
    await tx.db.execute(delete(ExhibitRow).where(ExhibitRow.case_id == case_id))
    named = EvidenceRow.case_id == case_id
    sealed = (await tx.db.execute(select(EvidenceRow.sha256).where(named))).scalar_one_or_none()
    left = {"case_id": case_id, "pruned": why}
    await tx.db.execute(update(EvidenceRow).where(named).values(bundle=left, pruned_at=tx.now))
    await audit.append(
        tx,
        actor=None,
        action="evidence.pruned",
        subject_type="case",
        subject_id=case_id,
        details={
            "why": why,
            "sha256": sealed,
            "files": [sha256 for sha256, _ in files],
            "bytes": sum(size for _, size in files),
        },
    )
    return [sha256 for sha256, _ in files]


async def _hash_of(db: AsyncConnection, case_id: str, name: str) -> str | None:
    query = select(ExhibitRow.sha256).where(ExhibitRow.case_id == case_id, ExhibitRow.name == name)
    found: str | None = (await db.execute(query)).scalar_one_or_none()
    return found


async def _gone(db: AsyncConnection, case_id: str) -> Refused:
    """Why there is no such file."""
    query = select(EvidenceRow.pruned_at).where(EvidenceRow.case_id == case_id)
    pruned_at = (await db.execute(query)).scalar_one_or_none()
    if pruned_at is None:
        return not_found()
    return Refused(
        ErrorCode.NOT_FOUND,
        f"This evidence was removed on {pruned_at:%Y-%m-%d}, after its time; its hash is in the "
        "audit log.",
        f"Dit bewijs is op {pruned_at:%d-%m-%Y} verwijderd, na afloop van de bewaartermijn; de "
        "hash staat in het auditlog.",
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folders(old: Path) -> list[Path]:
    return sorted(each for each in old.iterdir() if each.is_dir()) if old.is_dir() else []


def _contents(folder: Path) -> dict[str, bytes]:
    files = [folder / CLIP, *sorted(folder.glob("still-*.jpg"))]
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _remove_empty(old: Path) -> None:
    if not any(old.iterdir()):
        old.rmdir()
