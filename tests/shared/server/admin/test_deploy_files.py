"""The dashboard and the alert rules name only figures that the server gives."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fakes.server import ServerProcess, server_process

DEPLOY = Path(__file__).parents[4] / "packaging" / "deploy"
_NAME = re.compile(r"\bteezu_[a-z_]+\b")


ONLY_WITH_REDIS = {"teezu_relay_failures_total", "teezu_orders_failures_total"}
"""tests/shared/server/test_two_processes.py finds them where there is one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a server that has just started says in /metrics."""

    names: set[str]
    kinds: dict[str, str]
    series: list[str]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """The figures of a server that has just started."""
    with server_process(tmp_path_factory.mktemp("data")) as server:
        _some_requests(server)
        answer = httpx.get(f"{server.url}/metrics")
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        for line in lines:
            assert re.fullmatch(r"teezu_[a-z_]+(\{[^}]*\})? -?[0-9.e+inf]+", line), line
        kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", answer.text, re.MULTILINE))
        series = [line.rpartition(" ")[0] for line in lines]
        return Given({line.partition("{")[0] for line in series} | ONLY_WITH_REDIS, kinds, series)


def _some_requests(server: ServerProcess) -> None:
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_the_dashboard_shows_what_there_is(given: Given) -> None:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    named: set[str] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            found = set(_NAME.findall(target["expr"]))
            assert found, panel["title"]
            named |= found
    assert named <= given.names
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in board["panels"]]
    assert len(set(places)) == len(places)


def test_the_alert_rules_watch_what_there_is(given: Given) -> None:
    text = (DEPLOY / "alert-rules.yml").read_text()
    expressions = re.findall(r"^ +expr: (.+)$", text, re.MULTILINE)
    assert len(expressions) == text.count("- alert: ")
    assert text.count("severity:") == text.count("summary:") == len(expressions)
    named = {name for each in expressions for name in _NAME.findall(each)}
    assert named <= given.names


def test_every_alert_can_fire(given: Given) -> None:
    """A comparison that can become true, over series that exist, of the kind it is made for."""
    text = (DEPLOY / "alert-rules.yml").read_text()
    for each in re.findall(r"^ +expr: (.+)$", text, re.MULTILINE):
        assert re.search(r" (>|<|==) -?[0-9.]+", each), each
        assert each.count("(") == each.count(")"), each
        for name, labels, window in re.findall(r"(teezu_\w+)(\{[^}]*\})?(\[\d+[mh]\])?", each):
            if name in ONLY_WITH_REDIS:
                continue
            kind = given.kinds.get(name) or given.kinds[name.removesuffix("_bucket")]
            assert (kind == "gauge") != bool(window), f"{name}: {kind} in {each}"
            for label, value in re.findall(r'(\w+)="([^"]*)"', labels):
                assert any(
                    line.startswith(name + "{") and f'{label}="{value}"' in line
                    for line in given.series
                ), each
    # What has happened to nobody yet must be there as 0, or its first time is no increase.
    for name, kind in given.kinds.items():
        if kind == "counter" and re.search(rf"increase\({name}\[", text):
            assert name in given.series, name
