"""Settings that change while the server runs: kept in the database, applied in every process."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from shared.schemas.administration import ROOT_SETTINGS, Config, ConfigPatch
from shared.schemas.realtime import ADMIN_ROOM, MOD_ROOM, EventType
from shared.schemas.roles import Permission
from shared.server.admin.tables import ConfigRow
from shared.server.core import Core
from shared.server.db.database import upsert
from shared.server.http.errors import forbidden, version_conflict
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.realtime.feed import FeedEvent

_ONE = 1
_SETTINGS = tuple(name for name in Config.model_fields if name not in ("version", "flags"))


class ConfigService:
    """The running server's settings; `Core.settings` always holds what is in force."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._version = 0
        self._flags: dict[str, bool] = {}
        core.feed.listen(self._hear)

    async def load(self) -> None:
        """Apply what admins have set before this start."""
        async with self._core.db.read() as db:
            query = select(ConfigRow.version, ConfigRow.values).where(ConfigRow.id == _ONE)
            row = (await db.execute(query)).first()
        if row is not None:
            self._apply(row[0], row[1])

    def current(self) -> Config:
        """What is in force."""
        values = {name: getattr(self._core.settings, name) for name in _SETTINGS}
        return Config(version=self._version, flags=dict(self._flags), **values)

    def flag(self, name: str) -> bool:
        """Whether a feature is switched on."""
        return self._flags.get(name, False)

    def _apply(self, version: int, values: dict[str, Any]) -> None:
        self._version = version
        self._flags = dict(values.get("flags", {}))
        for name in _SETTINGS:
            if name in values:
                setattr(self._core.settings, name, values[name])

    def _hear(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Another process of this platform may have changed them."""
        for event in events:
            if room == ADMIN_ROOM and event.type is EventType.CONFIG_CHANGED:
                changed = Config.model_validate_json(event.data)
                if changed.version > self._version:
                    self._apply(changed.version, changed.model_dump(exclude={"version"}))

    async def change(self, caller: Caller, body: ConfigPatch) -> Config:
        """Change settings; all of them or none.

        Raises:
            Refused: one is for super admins only, or somebody changed them first.
        """
        given = body.model_dump(exclude={"version"}, exclude_none=True)
        if ROOT_SETTINGS & given.keys() and not caller.may(Permission.CONFIG_ROOT):
            raise forbidden()
        async with self._core.db.write() as tx:
            query = select(ConfigRow.version).where(ConfigRow.id == _ONE).with_for_update()
            version = (await tx.db.execute(query)).scalar_one_or_none() or 0
            before = self.current()
            if body.version != version:
                raise version_conflict(before.model_dump(mode="json"))
            after = before.model_copy(update={**given, "version": version + 1})
            values = {
                "version": after.version,
                "values": after.model_dump(exclude={"version"}),
                "by_id": caller.user_id,
                "at": tx.now,
            }
            statement = upsert(tx.db.dialect, ConfigRow).values(id=_ONE, **values)
            await tx.db.execute(
                statement.on_conflict_do_update(index_elements=[ConfigRow.id], set_=values)
            )
            old = before.model_dump(exclude={"version"})
            await audit.append(
                tx,
                actor=caller.ref,
                action="config.changed",
                subject_type="config",
                subject_id=str(after.version),
                details={
                    name: [old[name], value] for name, value in given.items() if old[name] != value
                },
            )
            for room in (ADMIN_ROOM, MOD_ROOM):
                self._core.feed.publish(tx, room, EventType.CONFIG_CHANGED, after)
        return after
