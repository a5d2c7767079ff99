"""The reference server: accounts, rooms, money, ingest, playback, moderation and figures.

How to add an area
==================
Make a folder with `tables.py`, `service.py`, `endpoints.py` and an `__init__.py` that exports
`AREA`; then add it to `AREAS` in `areas.py` (one import, one entry; later areas may use the
services of earlier ones) and its tables module to `TABLES` in `tables.py`.

**Tables** (`tables.py`): classes of `db.base.Base`, used as table definitions only; statements
are SQLAlchemy Core. Ids are `String(36)` from `shared.ids.new_id()`, moments `Moment` (aware UTC
datetimes, whole milliseconds), JSON values `Json`, tokens `BigInteger`. Then write the migration:
`python -m shared.server.draft NAME` makes `db/migrations/versions/v000N_NAME.py`; read it.

**Service** (`service.py`): a class that takes `Core` (`core.py`) and the services it needs.
Reading and writing::

    async with self._core.db.read() as db:          # one read-only snapshot (AsyncConnection)
        row = (await db.execute(select(CaseRow.id).where(...))).first()

    async with self._core.db.write() as tx:         # one transaction; tx.now is its moment
        await tx.db.execute(insert(CaseRow).values(...))
        self._core.feed.publish(tx, MOD_ROOM, EventType.REPORT_FILED, summary)

`feed.publish` stages an event; it is numbered and logged inside the transaction and sent to the
room's sockets after the commit. Its `seq` is known after `await feed.seal(tx)` or the commit. What
other areas must do in the same transaction takes `tx` as its first argument (such as
`RoomService.delete_in(tx, ...)`). Never wait for the network, a password or a model inside `write`:
SQLite has one writer. Events without a transaction (presence, counters such as `hub.updated`):
`core.posts.post(room, type, data)`, logged soon, counters at most once a second per room.
To react to what was committed: `core.feed.listen(callback)`; it runs on the loop and must not
block: put into a bounded queue and work in a task (`services.run(name, coroutine_function)` in
`build`: runs from start to stop, restarted when it fails).

Refusals: `raise Refused(ErrorCode.X, "English sentence.", "Nederlandse zin.", meta={...})`, or
`not_found()`, `forbidden()`, `version_conflict(current)` from `http.errors`. Limits of your own:
`core.limits.check(key, per_minute)`. Time: `core.clock.now()` or `tx.now`, never the machine's.

A POST that creates, sends or pays goes through `core.once.run(work, actor=..., scope=..., key=...,
body=..., answer=Model)`: `work(tx)` and its answer are one transaction, repeated requests get the
first answer.

**Endpoints** (`endpoints.py`): `ROUTER = Router("tag")` (paths under `/api/v1`), and::

    Cases = Annotated[CaseService, provided(CaseService)]

    @ROUTER.post("/moderation/cases/{case_id}/claim", needs=Permission.MODERATE,
                 errors=(ErrorCode.NOT_FOUND, ErrorCode.CASE_CLAIMED), summary="Claim a case")
    async def claim(case_id: Id, caller: SignedIn, cases: Cases) -> Lease: ...

`needs` is a `Permission`, `Access.SIGNED_IN` or `Access.PUBLIC`; ownership is checked in the
service. The return annotation is the response model. `key: IdempotencyKey = None` is the header.

**Area** (`__init__.py`)::

    def _build(core: Core, services: Services) -> None:
        service = CaseService(core, services.get(AccountService))
        services.add(service)                       # found by its class
        core.rooms.add("mod", RoomKind(may_join, empty_snapshot))       # kinds of rooms
        core.calls.add("chat:send", SocketChatSend, service.send)       # socket calls

    AREA = Area("moderation", _build, (endpoints.ROUTER,), ready=_ready)  # ready: before serving

People: `AccountService.refs(db, ids)` gives `UserRef`s. Health: `HealthService.add(check)`.
"""
