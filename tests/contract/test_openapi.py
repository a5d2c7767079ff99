"""The server keeps what its OpenAPI document promises, whatever is sent.

schemathesis makes requests from the document, right and wrong ones, and checks every answer:
status, content type, schema, allowed methods, wrong bodies refused, right ones taken. Ordinary
runs send few; `packaging/dev test -m contract` sends many.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fakes.server import ServerProcess, server_process

pytestmark = [pytest.mark.contract, pytest.mark.timeout(1200)]
CONFIG = Path(__file__).with_name("schemathesis.toml")
ENDS_THE_SESSION = ("/api/v1/auth/logout", "/api/v1/auth/sessions/{session_id}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("data"), demo=True) as running:
        yield running


def _session(server: ServerProcess, role: str) -> str:
    account = server.account(role)
    body = {"email": account.email, "password": account.password}
    answer = httpx.post(f"{server.url}/api/v1/auth/login", json=body, timeout=30)
    found: str = answer.json()["session"]
    return found


def _generated(server: ServerProcess, folder: Path, session: str, *options: str) -> str:
    """What schemathesis found; it runs as a program, so that its hypothesis is its own."""
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis as run; run()"),
        *("--config-file", str(CONFIG), "run", f"{server.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {session}", "--no-color", "--seed", "20261120"),
        *("--continue-on-failure", "--generation-database", "none", *options),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1100)
    return "" if done.returncode == 0 else done.stdout[-12_000:] + done.stderr[-2_000:]


def test_every_answer_is_as_documented(
    server: ServerProcess, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_whole = "contract" in request.config.getoption("markexpr")
    budget = ("--phases", "examples,coverage,fuzzing", "--max-examples", "50")
    if not is_whole:
        budget = ("--phases", "examples,fuzzing", "--max-examples", "3")
    skipped = [part for path in ENDS_THE_SESSION for part in ("--exclude-path", path)]
    found = _generated(server, tmp_path, _session(server, "super_admin"), *budget, *skipped)
    assert not found, found
    assert [line for line in server.log if "Traceback" in line] == []
    health = httpx.get(f"{server.url}/health", timeout=10)
    assert health.status_code == 200, health.text


@pytest.mark.parametrize("path", ENDS_THE_SESSION)
def test_what_ends_a_session_answers_as_documented(
    server: ServerProcess, tmp_path: Path, path: str
) -> None:
    session = _session(server, "member")
    assert (
        _generated(server, tmp_path, session, "--include-path", path, "--max-examples", "5") == ""
    )
