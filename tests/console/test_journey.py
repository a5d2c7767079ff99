"""A report reaches a real moderator's real window, is claimed by one only, decided and gone."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from fakes.server import ROOT, ServerProcess, server_env, server_process

from shared.api import ApiClient, ApiError
from shared.audit import verify_chain
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import ReportCreate, ReportReason, SubjectType
from shared.schemas.streams import StreamStart

_SEEN_WITHIN_S = 1.0
_LINE_S = 60.0


class Moderator:
    """The console as a process; `hear` gives what it says next."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue(64)
        assert process.stdout is not None
        self._reader = threading.Thread(
            target=self._read, args=(process.stdout,), name="console lines"
        )
        self._reader.start()

    def hear(self, what: str) -> dict[str, Any]:
        line = self._lines.get(timeout=_LINE_S)
        assert line, f"the console ended before it said {what!r}"
        said: dict[str, Any] = json.loads(line)
        assert said["what"] == what
        return said

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()

    def join(self) -> None:
        self._reader.join(_LINE_S)

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put("")


@contextmanager
def moderator(server: ServerProcess, env: Mapping[str, str], *, log: Path) -> Iterator[Moderator]:
    """The console, signed in as the demo moderator."""
    accounts = server.data / "demo-accounts.json"
    command = [sys.executable, "-m", "tools.console_journey", server.url, str(accounts), "mod"]
    paths = f"{ROOT}:{ROOT / 'tests'}"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
            env={**server_env(env), "PYTHONPATH": paths},
        )
        person = Moderator(process)
        try:
            yield person
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(10)
            person.join()
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(tmp_path / "server", demo=True) as running:
        yield running


@pytest.mark.slow
async def test_a_report_is_seen_claimed_by_one_decided_and_gone(
    server: ServerProcess, desktop_env: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "console.log"
    creator = server.account("creator")
    offender, reporter = [a for a in server.accounts if a.role == "member"][:2]
    second = [a for a in server.accounts if a.role == "mod"][1]
    with moderator(server, desktop_env, log=log) as first:
        ready = first.hear("ready")
        assert ready["screens"] == ["live", "queue", "log", "appeals", "held", "looks", "case"]
        async with ApiClient(server.url) as luna, ApiClient(server.url) as troll:
            await luna.auth.login(creator.email, creator.password)
            await troll.auth.login(offender.email, offender.password)
            stream = (await luna.streams.start(StreamStart(title="Evening talk"))).stream
            message = await troll.room.send(stream.id, "That drawing is not worth one token")
            async with ApiClient(server.url) as member:
                await member.auth.login(reporter.email, reporter.password)
                report = ReportCreate(
                    subject_type=SubjectType.MESSAGE,
                    subject_id=message.id,
                    reason=ReportReason.HARASSMENT,
                )
                await member.reports.create(report)
                filed_at = time.monotonic()

            seen = first.hear("seen")
            assert message.text in seen["label"]
            assert seen["at"] - filed_at < _SEEN_WITHIN_S

            first.hear("claimed")
            async with ApiClient(server.url) as other:
                await other.auth.login(second.email, second.password)
                with pytest.raises(ApiError) as refused:
                    await other.moderation.claim(seen["case"])
                assert refused.value.code == ErrorCode.CASE_CLAIMED

            first.go_on()
            gone = first.hear("gone")
            assert gone["notice"].startswith("Decided. The message disappears for everyone;")
            assert first.process.wait(20) == 0, log.read_text()

            shown = {m.id: m for m in (await luna.room.history(stream.id)).items}
            assert message.id not in shown or shown[message.id].deleted
            with pytest.raises(ApiError) as banned:
                await troll.room.send(stream.id, "Still here")
            assert banned.value.code in {
                ErrorCode.BANNED_FROM_ROOM,
                ErrorCode.ACCOUNT_BANNED,
                ErrorCode.UNAUTHENTICATED,
            }
    admin = server.account("admin")
    async with ApiClient(server.url) as client:
        await client.auth.login(admin.email, admin.password)
        entries = (await client.admin.audit()).items
        verdict = verify_chain(entries)
        assert verdict.ok
        assert [entry.action for entry in entries][-2:] == ["case.claimed", "case.decided"]
    complaints = [line for line in log.read_text().splitlines() if "propagateSizeHints" not in line]
    assert complaints == []
