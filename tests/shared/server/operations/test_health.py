"""The health report: what keeps the server from its work, and what only makes it work worse."""

from pathlib import Path

import httpx
import pytest
from fakes.server import local_server, quick_settings

from shared.errors import Unavailable
from shared.schemas.admin import HealthPart
from shared.server.objects import Objects
from shared.server.operations.service import HealthService


async def test_a_store_that_does_not_answer_is_told_and_a_part_that_must_work_is_503(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(self: Objects, key: str) -> bytes | None:
        raise Unavailable("The object store does not answer as it should; check TEEZU_STORE_URL.")

    async def broken() -> HealthPart:
        return HealthPart(name="something", ok=False, detail="it is broken")

    settings = quick_settings(tmp_path / "data", store_url=(tmp_path / "store").as_uri())
    async with local_server(settings) as local, httpx.AsyncClient(base_url=local.url) as http:
        monkeypatch.setattr(Objects, "get", silent)
        found = await http.get("/health")
        assert found.status_code == 200
        parts = {part["name"]: part for part in found.json()["parts"]}
        assert parts["database"]["ok"]
        assert not parts["object store"]["ok"]
        assert "TEEZU_STORE_URL" in parts["object store"]["detail"]
        local.server.services.get(HealthService).add(broken)
        assert (await http.get("/health")).status_code == 503
        status = await http.get("/api/status")
        assert (status.status_code, status.json()["ok"]) == (200, False)
