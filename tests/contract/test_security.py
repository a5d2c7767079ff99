"""The platform's security list: every line has tests that can fail, and this file names them.

What can be seen in the source is looked for there: a comparison of secrets that takes longer the
more is right, SQL put together from text, a request to somewhere outside. What cannot is tried on
every route there is.
"""

import ast
import re
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.citizens import settle
from fakes.server import ROOT, migrated, quick_settings

from shared.ids import new_id
from shared.schemas.roles import Role
from shared.server.app import Server, running
from shared.server.areas import AREAS
from shared.server.http.routes import Route
from shared.server.ingest.hls import HlsStore

SERVER = ROOT / "shared" / "server"
LINES: dict[str, tuple[str, ...]] = {
    "sessions are hashed": (
        "tests/shared/server/accounts/test_accounts.py::test_secrets_are_not_in_the_database",
    ),
    "sessions are revoked, sockets included": (
        "tests/shared/server/realtime/test_sockets.py::test_a_revoked_session_loses_its_sockets_and_no_others",
        "tests/shared/server/accounts/test_accounts.py::test_logout_ends_one_session_and_a_new_password_all",
        "tests/shared/server/accounts/test_accounts.py::test_a_ban_ends_every_session_at_once",
    ),
    "secrets are compared in constant time": (
        "tests/contract/test_security.py::test_no_secret_is_compared_byte_by_byte",
    ),
    "uploads are sniffed and bounded": (
        "tests/contract/test_security.py::test_no_route_takes_bytes",
        "tests/contract/test_security.py::test_every_body_is_bounded_and_must_be_json",
    ),
    "SQL only by parameters": (
        "tests/contract/test_security.py::test_no_sql_is_put_together_from_text",
    ),
    "no path leads out of its folder": (
        "tests/contract/test_security.py::test_no_route_reads_a_file_by_a_name_that_climbs",
        "tests/contract/test_security.py::test_a_segments_name_never_leaves_its_stream",
        "tests/shared/server/ingest/test_hls.py::test_ids_that_could_leave_the_folder_are_not_opened",
        "tests/shared/server/ingest/test_hls.py::test_names_a_worker_should_never_send_are_not_taken",
    ),
    "no request goes inside (SSRF)": (
        "tests/contract/test_security.py::test_the_server_calls_out_by_the_checked_client_only",
        "tests/shared/api/test_completions.py::test_addresses_that_are_never_called",
        "tests/shared/api/test_completions.py::test_networks_that_a_name_may_not_lead_to",
        "tests/shared/api/test_outbound.py::"
        "test_a_name_that_leads_elsewhere_the_second_time_is_not_followed_there",
    ),
    "slow senders are let go": (
        "tests/shared/server/http/test_patience.py::"
        "test_two_hundred_slow_senders_are_cut_off_and_hold_up_nobody",
        "tests/shared/server/http/test_heads.py::"
        "test_a_body_that_trickles_is_answered_and_the_line_closed",
        "tests/shared/server/realtime/test_hostile_sockets.py::"
        "test_who_does_not_say_who_they_are_is_put_out",
        "tests/shared/server/ingest/test_listener.py::test_strangers_are_dropped_in_time",
    ),
    "bodies, heads and frames are bounded": (
        "tests/shared/server/http/test_patience.py::"
        "test_too_large_a_body_is_refused_before_it_is_read",
        "tests/shared/server/http/test_heads.py::"
        "test_a_head_without_end_is_refused_and_no_more_of_it_is_kept",
        "tests/shared/server/realtime/test_hostile_sockets.py::"
        "test_a_message_that_is_too_long_ends_only_its_sender",
    ),
    "100,000 fuzzed messages": (
        "tests/shared/server/realtime/test_fuzzed_sockets.py::test_a_hundred_thousand_of_them",
        "tests/shared/server/realtime/test_fuzzed_sockets.py::"
        "test_made_up_messages_are_refused_and_leave_nothing",
        "tests/shared/rtmp/test_hostile.py::"
        "test_hostile_inputs_raise_nothing_but_our_own_errors_and_hold_little_memory",
    ),
}


def test_every_line_has_tests_that_are_there() -> None:
    missing = []
    for line, tests in LINES.items():
        for test in tests:
            path, _, name = test.partition("::")
            file = ROOT / path
            if not file.is_file() or not re.search(
                rf"^(async )?def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE
            ):
                missing.append(f"{line}: {test}")
    assert missing == []


# What can be seen in the source


@cache
def _trees() -> tuple[tuple[str, ast.AST], ...]:
    files = sorted(SERVER.rglob("*.py"))
    assert len(files) > 150
    return tuple(
        (str(file.relative_to(SERVER)), ast.parse(file.read_text(encoding="utf-8")))
        for file in files
    )


_SECRET = re.compile(
    r"secret|signature|password|digest\b|hmac|\bmac\b|key_hash|word_hash|secret_hash|code_hash"
    r"|recovery|stream_key|safe_word|session\b",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"\b[A-Z]\w*Row\.\w+")
"""The database compares hashes of secrets by an index: it learns nothing, and tells nothing."""


def compared_secrets(tree: ast.AST) -> list[str]:
    """Comparisons of something named like a secret by `==` or `!=`."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        text = ast.unparse(node)
        plain = any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        constant = any(
            isinstance(side, ast.Constant) and not isinstance(side.value, str | bytes)
            for side in (node.left, *node.comparators)
        )
        if plain and not constant and _SECRET.search(text) and not _COLUMN.search(text):
            found.append(text)
    return found


def test_no_secret_is_compared_byte_by_byte() -> None:
    for planted in (
        "given == secret",
        "if row.word_hash != hashed: pass",
        "header == self.signature(body)",
        "user.password == typed",
    ):
        assert compared_secrets(ast.parse(planted)), planted
    assert not compared_secrets(ast.parse("hmac.compare_digest(given, secret)"))
    assert not compared_secrets(ast.parse("KeyRow.key_hash == hashed"))
    assert {name: found for name, tree in _trees() if (found := compared_secrets(tree))} == {}


_RUNS_SQL = frozenset({"text", "literal_column", "exec_driver_sql", "execute", "executescript"})
_NO_INPUT: dict[str, int] = {
    "db/inline.py": 1,  # a PRAGMA with a constant of ours
    "db/engine.py": 1,  # the same
    "db/upgrade.py": 1,  # the name of a check of ours
}
"""SQL with something in it that no request has touched; a statement more fails here."""
_MIGRATIONS = "db/migrations/"
"""They run before the first request, on names of tables of ours."""


def built_sql(tree: ast.AST) -> list[str]:
    """SQL that is put together by f-strings, `+`, `%` or `format`."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        given = node.args[0]
        match given:
            case ast.JoinedStr(values=parts):
                is_built = any(isinstance(part, ast.FormattedValue) for part in parts)
            case ast.BinOp(op=ast.Add() | ast.Mod()):
                is_built = True
            case ast.Call(func=ast.Attribute(attr="format" | "join")):
                is_built = True
            case ast.Name() | ast.Attribute():
                is_built = name in ("text", "literal_column")
            case _:
                is_built = False
        if name in _RUNS_SQL and is_built:
            found.append(ast.unparse(node)[:120])
    return found


def test_no_sql_is_put_together_from_text() -> None:
    for planted in (
        "text(f'SELECT * FROM users WHERE id = {user_id}')",
        "db.execute('SELECT ' + columns)",
        "db.exec_driver_sql('SELECT %s' % name)",
        "sa.text('{}'.format(name))",
        "text(query)",
    ):
        assert built_sql(ast.parse(planted)), planted
    assert not built_sql(ast.parse("db.execute(text('SELECT 1'), {'id': given})"))
    served = [(name, tree) for name, tree in _trees() if not name.startswith(_MIGRATIONS)]
    found = {name: built for name, tree in served if (built := built_sql(tree))}
    assert {name: len(built) for name, built in found.items()} == _NO_INPUT, found


_CALLS_OUT = re.compile(
    r"^(httpx|aiohttp|requests|urllib3|urllib\.request|http\.client|pycurl)(\.|$)"
)


def test_the_server_calls_out_by_the_checked_client_only() -> None:
    """There are no webhooks out in the first wave: only a language model an operator named."""
    found = set()
    for name, tree in _trees():
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            found |= {f"{name}: {module}" for module in modules if _CALLS_OUT.match(module)}
    assert found == set()


# What is tried on every route

ROUTES = tuple(
    (method, route)
    for area in AREAS
    for router in area.routers
    for route in router.api.routes
    if isinstance(route, Route)
    for method in sorted(route.methods or ())
)
CLIMBS = (
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fserver.secret",
    "..%5c..%5cserver.secret",
    "%2fetc%2fpasswd",
    "teezu.db%00.jpg",
    "%2e%2e",
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    data = await migrated(tmp_path / "data")
    async with running(quick_settings(data, max_body_bytes=65_536)) as made:
        yield made


@pytest.fixture
async def http(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(server.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


def _openapi_bodies(document: dict[str, Any]) -> dict[str, set[str]]:
    return {
        f"{method.upper()} {path}": set(operation["requestBody"]["content"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }


async def test_no_route_takes_bytes(http: httpx.AsyncClient) -> None:
    """No file is uploaded in the first wave. The first route that takes one fails here until it
    sniffs the type from the content, bounds the size, ignores the name, and is named in LINES."""
    bodies = _openapi_bodies((await http.get("/openapi.json")).json())
    assert len(bodies) > 50
    assert {name: kinds for name, kinds in bodies.items() if kinds != {"application/json"}} == {}
    reads = re.compile(r"request\.(body|stream|form)\(")
    raw = {name for name, tree in _trees() if reads.search(ast.unparse(tree))}
    # What a media server or a payment processor says: text, read whole within the same bound.
    assert raw == {"streams/hook_endpoints.py", "wallet/endpoints.py"}


async def test_every_body_is_bounded_and_must_be_json(
    server: Server, http: httpx.AsyncClient
) -> None:
    wrong = []
    roots = await settle(server.core, [Role.SUPER_ADMIN] * len(ROUTES))
    picture = b"\x89PNG\r\n\x1a\n" + bytes(100)
    for (method, route), root in zip(ROUTES, roots, strict=True):
        if method in ("GET", "DELETE") or route.path.startswith("/internal/"):
            continue
        path = re.sub(r"{[^}]*}", lambda _: new_id(), route.path)
        for content, kind, expected in (
            (bytes(65_537), "application/json", {413}),
            (picture, "image/png", {403, 404, 415, 422}),
        ):
            headers = {**root.headers, "Content-Type": kind}
            answer = await http.request(method, path, content=content, headers=headers)
            has_body = route.body_field is not None
            if answer.status_code not in expected and (has_body or 413 in expected):
                wrong.append((method, route.path, kind, answer.status_code, answer.text[:80]))
    assert wrong == []


async def test_no_route_reads_a_file_by_a_name_that_climbs(
    server: Server, http: httpx.AsyncClient
) -> None:
    (root,) = await settle(server.core, [Role.SUPER_ADMIN])
    wrong, tried = [], 0
    for method, route in ROUTES:
        if method != "GET" or "{" not in route.path:
            continue
        for climb in CLIMBS:
            path = re.sub(r"{[^}]*}", climb, route.path)
            answer = await http.get(path, headers=root.headers)
            tried += 1
            if answer.status_code not in (401, 403, 404, 405, 422) or "root:" in answer.text:
                wrong.append((path, answer.status_code, answer.text[:80]))
            assert answer.json()["status"] == "error"
    assert wrong == []
    assert tried > 100


async def test_a_segments_name_never_leaves_its_stream(
    server: Server, http: httpx.AsyncClient
) -> None:
    (creator,) = await settle(server.core, [Role.CREATOR])
    started = await http.post(
        "/api/v1/streams/start", json={"title": "An evening"}, headers=creator.headers
    )
    stream_id = started.json()["stream"]["id"]
    store = server.services.get(HlsStore)
    store.open(stream_id)
    secret = (server.core.settings.data / "server.secret").read_bytes()
    above = ("server.secret", *(f"{'..%2f' * depth}server.secret" for depth in (1, 2, 3)))
    for name in (*CLIMBS, *above):
        path = f"/api/v1/streams/{stream_id}/segments/{name}"
        answer = await http.get(path, headers=creator.headers)
        assert answer.status_code in (404, 405, 422), name
        assert secret not in answer.content
