"""Logs: one JSON object a line, rotated, private, and never a secret in them."""

import io
import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from shared.logs import HIDDEN, Logs, Redactor, log_folder, request_id
from shared.schemas.accounts import LoginRequest

SECRET = "Tr0ub4dor-and-3"


def lines(logs: Logs) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.path.read_text().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        f"publishing to rtmp://ingest.example:1935/live/{SECRET}",
        f"connect rtmps://ingest.example/live/{SECRET}?backup=1 failed",
        f"GET /api/v1/me Authorization: Bearer {SECRET}",
        f"headers {{'authorization': 'Bearer {SECRET}'}}",
        f"Cookie: session={SECRET}; theme=dark",
        f'{{"password": "{SECRET}", "email": "ada@example.org"}}',
        f"{{'stream_key': '{SECRET}'}}",
        f"stream-key={SECRET}",
        f"streamKey: {SECRET}",
        f"safe_word={SECRET}",
        f'"safe word": "{SECRET}"',
        f"https://cdn.example/playlist.m3u8?token={SECRET}&quality=high",
        f"https://ada:{SECRET}@proxy.example:3128/",
        f"new_password='{SECRET}'",
        f'{{"session":"{SECRET}"}}',
        f"postgresql://teezu:{SECRET}@db.example/teezu",
        f"X-API-Key: {SECRET}",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    cleaned = Redactor().clean(text)
    assert SECRET not in cleaned
    assert HIDDEN in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "the session was revoked",
        "tokens=500 raised for goal 3",
        "design: 3 columns, configuration loaded",
        "GET /api/v1/streams/active 200",
        "rtmp://ingest.example:1935/live",
        "Ada said: password is a funny word",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor().clean(text) == text


@given(
    st.text(st.characters(categories=("L", "N"), include_characters="-_.~"), min_size=6),
    st.text(max_size=50),
    st.text(max_size=50),
)
def test_a_secret_it_was_told_of_never_appears(secret: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.hide(secret)
    cleaned = redactor.clean(before + secret + after)
    assert secret not in cleaned.replace(HIDDEN, "")


def test_secrets_are_hidden_in_arguments_exceptions_and_models(tmp_path: Path) -> None:
    log = logging.getLogger("studio.publisher")
    request = LoginRequest(email="ada@example.org", password=SecretStr(SECRET))
    with Logs("studio", folder=tmp_path, terminal=io.StringIO()) as logs:
        logs.redactor.hide("live_abcdefgh")
        log.info("connecting to %s", f"rtmp://h/live/{SECRET}")
        log.info("asking %r %s", request, {"password": SECRET})
        log.info("ffmpeg said: cannot open live_abcdefgh")
        try:
            raise ValueError(f"bad url rtmp://h/live/{SECRET}")
        except ValueError:
            log.exception("publishing failed, key=%s", SECRET)  # announced below
    text = logs.path.read_text()
    assert SECRET not in text
    assert "live_abcdefgh" not in text
    found = lines(logs)
    assert len(found) == 4
    assert "ValueError" in found[3]["trace"]
    assert found[3]["level"] == "error"


@pytest.fixture(autouse=True)
def announced(request: pytest.FixtureRequest, expect_log: Any) -> None:
    if request.node.name.startswith("test_secrets_are_hidden"):
        expect_log("publishing failed")
    if request.node.name.startswith("test_the_terminal"):
        expect_log("look here")


def test_each_line_is_an_object_with_the_request_it_belongs_to(tmp_path: Path) -> None:
    with Logs("engine", folder=tmp_path, terminal=io.StringIO()) as logs:
        reset = request_id.set("r-42")
        logging.getLogger("shared.api").info("two\nlines and a \x07 bell")
        request_id.reset(reset)
        logging.getLogger("shared.api").info("later")
    first, second = lines(logs)
    assert first["request_id"] == "r-42"
    assert first["message"] == "two\nlines and a \x07 bell"
    assert (first["app"], first["logger"], first["level"]) == ("engine", "shared.api", "info")
    assert first["at"].endswith("Z")
    assert "request_id" not in second


def test_the_terminal_gets_warnings_redacted(tmp_path: Path) -> None:
    terminal = io.StringIO()
    with Logs("studio", folder=tmp_path, terminal=terminal):
        logging.getLogger("studio").info("quiet")
        logging.getLogger("studio").warning("look here, password=%s", SECRET)
    shown = terminal.getvalue()
    assert "quiet" not in shown
    assert "look here" in shown
    assert SECRET not in shown


def test_the_file_is_private_and_rotated(tmp_path: Path) -> None:
    with Logs("studio", folder=tmp_path / "logs", terminal=io.StringIO()) as logs:
        big = "x" * 10_000
        for _ in range(700):
            logging.getLogger("studio").info(big)
    files = sorted(logs.path.parent.iterdir())
    assert [file.name for file in files] == ["studio.log", "studio.log.1"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(file.stat().st_size < 6_000_000 for file in files)


def test_a_folder_that_cannot_be_written_costs_the_file_only(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    terminal = io.StringIO()
    with Logs("studio", folder=tmp_path / "logs", terminal=terminal) as logs:
        logging.getLogger("studio").info("still here")
    assert logs.notice is not None
    assert "cannot be written" in logs.notice


def test_libraries_do_not_chat_and_everything_is_as_before_afterwards(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))
    with Logs("studio", folder=tmp_path, terminal=io.StringIO()) as logs:
        logging.getLogger("httpx").info("HTTP Request: GET http://127.0.0.1/secret")
    assert logs.path.read_text() == ""
    assert (root.level, list(root.handlers)) == before


def test_logs_lie_in_the_persons_own_folder() -> None:
    assert "teezu-studio" in str(log_folder())
