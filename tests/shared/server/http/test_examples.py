"""The OpenAPI document: every route says what it does, and shows an answer that fits its schema."""

import json
from typing import Any

import jsonschema_rs
import pytest

from shared.server.areas import AREAS
from shared.server.http.application import build_application
from shared.server.http.examples import example_of

_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    app = build_application([router for area in AREAS for router in area.routers], version="1")
    return app.openapi()


def test_every_route_has_a_summary_and_an_example_that_fits(document: dict[str, Any]) -> None:
    seen = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in _METHODS:
                continue
            assert operation.get("summary"), f"{method} {path}"
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json")
                if not status.startswith("2") or content is None:
                    continue
                seen += 1
                schema = json.loads(json.dumps(content["schema"]))
                schema["components"] = document["components"]
                found = list(jsonschema_rs.iter_errors(schema, content["example"]))
                assert found == [], f"{method} {path}: {found[0].message}"
    assert seen > 100


def test_an_example_takes_the_shortest_way_out_of_a_circle() -> None:
    models = {"Node": {"type": "object", "properties": {"next": {"$ref": "#/x/Node"}}}}
    assert json.dumps(example_of({"$ref": "#/x/Node"}, models)).count("next") < 10
    assert example_of({"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}, {}) == 3
    assert example_of({"type": "string", "minLength": 6}, {}) == "text.."
