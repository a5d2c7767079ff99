"""The dashboard and the alert rules name only figures that the server gives."""

import json
import re
from pathlib import Path

import httpx
import pytest
from fakes.server import ServerProcess, server_process

DEPLOY = Path(__file__).parents[4] / "packaging" / "deploy"
_NAME = re.compile(r"\bteezu_[a-z_]+\b")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all figures of a server that has just started."""
    with server_process(tmp_path_factory.mktemp("data")) as server:
        _some_requests(server)
        answer = httpx.get(f"{server.url}/metrics")
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        for line in lines:
            assert re.fullmatch(r"teezu_[a-z_]+(\{[^}]*\})? -?[0-9.e+inf]+", line), line
        return {line.partition("{")[0].partition(" ")[0] for line in lines}


def _some_requests(server: ServerProcess) -> None:
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_the_dashboard_shows_what_there_is(given: set[str]) -> None:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    named: set[str] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            found = set(_NAME.findall(target["expr"]))
            assert found, panel["title"]
            named |= found
    # Redis is not there in this server: its figures are.
    assert named <= given
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in board["panels"]]
    assert len(set(places)) == len(places)


def test_the_alert_rules_watch_what_there_is(given: set[str]) -> None:
    text = (DEPLOY / "alert-rules.yml").read_text()
    expressions = re.findall(r"^ +expr: (.+)$", text, re.MULTILINE)
    assert len(expressions) == text.count("- alert: ")
    assert text.count("severity:") == text.count("summary:") == len(expressions)
    named = {name for each in expressions for name in _NAME.findall(each)}
    only_with_redis = {"teezu_relay_failures_total"}
    assert named - only_with_redis <= given
