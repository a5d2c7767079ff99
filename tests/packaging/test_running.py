"""`packaging/dev run`: the demo server it finds or starts, and the figures it reads aloud."""

import json
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from devtool import children, running, server
from devtool.running import sentence_of
from devtool.server import DemoServer, demo_server, health
from devtool.terminal import CannotGoOn

# Stands in for shared.server: the same arguments, ready line, /health and accounts file.
_STAND_IN = """\
import argparse, http.server, json, os, pathlib, signal, sys
parser = argparse.ArgumentParser()
for name in ("data", "http", "rtmp"):
    parser.add_argument("--" + name)
parser.add_argument("--demo", action="store_true")
given = parser.parse_args()
data = pathlib.Path(given.data)
if (data / "broken").exists():
    print("teezu-server: the database is damaged; move it away.", file=sys.stderr)
    sys.exit('{"message": "stopped"}')
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"ok": True, "version": "1", "demo": given.demo}).encode())
    def log_message(self, *args):
        pass
host, port = given.http.split(":")
web = http.server.ThreadingHTTPServer((host, int(port)), Health)
accounts = [{"role": "creator", "email": "mira@demo.test", "password": "p"}]
(data / "demo-accounts.json").write_text(json.dumps({"accounts": accounts}))
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
url = "http://%s:%d" % web.server_address
print(json.dumps({"ready": True, "http": url, "rtmp": "rtmp://" + given.rtmp}), flush=True)
web.serve_forever()
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose server is the stand-in, and whose usual address is free."""
    package = tmp_path / "shared" / "server"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(_STAND_IN)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()  # so that it comes before an installed Teezu
    monkeypatch.setattr(server, "ROOT", tmp_path)
    monkeypatch.setattr(server, "venv_python", lambda: sys.executable)
    monkeypatch.setattr(server, "_HTTP_PORT", _free_port())
    monkeypatch.setattr(server, "_RTMP_PORT", _free_port())
    return tmp_path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Answer(BaseHTTPRequestHandler):
    """Answers every request with the text of its server."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(getattr(self.server, "text", "").encode())

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def neighbour(tree: Path) -> Iterator[ThreadingHTTPServer]:
    """Some program that holds the usual port; its `text` is what it answers."""
    with ThreadingHTTPServer(("127.0.0.1", server._HTTP_PORT), _Answer) as web:
        thread = threading.Thread(target=web.serve_forever, name="neighbour")
        thread.start()
        try:
            yield web
        finally:
            web.shutdown()
            thread.join()


def test_a_server_is_started_and_stopped(tree: Path) -> None:
    with demo_server(tree / "data") as found:
        assert found.url == f"http://127.0.0.1:{server._HTTP_PORT}"
        assert health(found.url) == {"ok": True, "version": "1", "demo": True}
        assert found.account("creator") == ("mira@demo.test", "p")
        assert stat.S_IMODE((tree / "data").stat().st_mode) == 0o700
    assert health(found.url) is None


def test_a_demo_server_that_is_there_is_used_and_left_running(tree: Path) -> None:
    with demo_server(tree / "data") as first:
        with demo_server(tree / "data") as second:
            assert second.url == first.url
        assert health(first.url) is not None


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("<html>", "is held by another program"),
        ('{"ok": true, "version": "1", "demo": false}', "has no demo data and is left alone"),
    ],
)
def test_a_port_that_is_taken_is_said_and_another_chosen(
    tree: Path,
    neighbour: ThreadingHTTPServer,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    remark: str,
) -> None:
    neighbour.text = answer  # type: ignore[attr-defined]
    with demo_server(tree / "data") as found:
        assert not found.url.endswith(f":{server._HTTP_PORT}")
        assert health(found.url) is not None
    assert remark in capsys.readouterr().err


def test_a_server_that_fails_says_why(tree: Path) -> None:
    data = tree / "data"
    data.mkdir()
    (data / "broken").touch()
    (data / "server.log").write_text("what an earlier run said")
    expected = r"the database is damaged; move it away\.\n.*server\.log"
    with pytest.raises(CannotGoOn, match=expected), demo_server(data):
        pytest.fail("it did not start")
    assert (data / "server.log.1").read_text() == "what an earlier run said"


def test_a_folder_that_cannot_be_written_is_said(tree: Path) -> None:
    (tree / "file").touch()
    with pytest.raises(CannotGoOn, match="cannot be written"), demo_server(tree / "file" / "data"):
        pytest.fail("it did not start")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"accounts": []}', '{"accounts": [{"role": "admin"}]}']
)
def test_an_accounts_file_without_the_role_is_told_without_its_contents(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "demo-accounts.json"
    file.write_text(text)
    with pytest.raises(CannotGoOn, match="no demo account for a creator") as caught:
        DemoServer(url="http://127.0.0.1:1", accounts=file).account("creator")
    assert caught.value.__cause__ is None


def test_without_a_display_it_says_so_and_broadcasts(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stand-in for the studio tells its arguments and who may read the password."""
    studio = tree / "studio"
    studio.mkdir()
    (studio / "__init__.py").touch()
    (studio / "__main__.py").write_text(
        "import json, os, sys\n"
        "given = sys.argv[1:]\n"
        "file = given[given.index('--password-file') + 1]\n"
        "print(json.dumps({'playlist': 'http://x/live.m3u8'}))\n"
        "mode = oct(os.stat(file).st_mode & 0o777)\n"
        "print(json.dumps({'mode': mode, 'said': open(file).read()}))\n"
        "print(json.dumps({'file': file, 'given': ' '.join(given[:2])}))\n"
        "print(json.dumps({'summary': True, 'frames': 9, 'fps': 30}))\n"
    )
    monkeypatch.setattr(children, "ROOT", tree)
    monkeypatch.setattr(children, "venv_python", lambda: Path(sys.executable))
    monkeypatch.setattr(running, "prepare", lambda _: None)
    monkeypatch.setattr(running, "has_display", lambda: False)
    monkeypatch.setattr(running, "demo_folder", lambda: tree / "data")
    assert running.run([]) == 0
    told = capsys.readouterr()
    assert "no display here" in told.err
    lines = told.out.splitlines()
    assert lines[0] == "On air. Watch at http://x/live.m3u8"
    assert lines[1] == "mode 0o600, said p"
    assert "given live --headless" in lines[2]
    assert lines[3] == (
        "In all: 9 frames, 30.0 fps, 0 kbit/s, no frame lost, 0.0 s of CPU, 0 MB of memory"
    )
    password_file = lines[2].removeprefix("file ").partition(",")[0]
    assert not Path(password_file).exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fast"], "takes --console or --headless"),
        (["--console", "--headless"], "cannot run with --headless"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CannotGoOn, match=sentence):
        running.run(arguments)


def test_a_console_needs_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "has_display", lambda: False)
    with pytest.raises(CannotGoOn, match="needs a display"):
        running.run(["--console"])


def test_figures_are_read_aloud() -> None:
    second = {"uptime_s": 3.02, "fps": 29.97, "bitrate_kbps": 2481, "missed_render": 0}
    assert sentence_of(second) == "   3 s   30.0 fps, 2481 kbit/s, no frame lost"
    troubled = second | {"missed_render": 2, "reconnects": 1}
    assert sentence_of(troubled).endswith("2481 kbit/s, 2 missed, 1 reconnects")
    summary = second | {"summary": True, "frames": 900, "cpu_s": 5.5, "max_rss_mb": 116.2}
    assert sentence_of(summary) == (
        "In all: 900 frames, 30.0 fps, 2481 kbit/s, no frame lost, 5.5 s of CPU, 116 MB of memory"
    )
    assert sentence_of({"state": "connecting"}) == "state connecting"
    assert sentence_of({"playlist": None}).startswith("On air.")
    assert sentence_of({}) == ""


def test_lines_that_are_no_json_pass_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    running._read_aloud(["hello\n", json.dumps({"fps": 30}) + "\n"])
    assert capsys.readouterr().out == "hello\n   0 s   30.0 fps, 0 kbit/s, no frame lost\n"


def test_the_program_answers_as_a_module_and_as_a_folder() -> None:
    packaging = Path(server.__file__).resolve().parents[1]
    for command in ([str(packaging / "devtool")], ["-m", "devtool"]):
        done = subprocess.run(
            [sys.executable, *command, "help"],
            capture_output=True,
            text=True,
            cwd=packaging,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0
        assert "packaging/dev COMMAND" in done.stdout
