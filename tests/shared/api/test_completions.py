"""The client of language models: what it sends, where it never goes, and what it never says."""

import pytest
from fakes.http import Answer, Drop, ScriptedServer
from pydantic import SecretStr

from shared.api.completions import ChatCompletions
from shared.api.outbound import checked_url, may_reach
from shared.errors import AppError, InvalidInput, ProtocolError, Unavailable

KEY = SecretStr("sk-very-secret-key")


def _said(*texts: str) -> Answer:
    return Answer(body={"id": "x", "choices": [{"message": {"content": text}} for text in texts]})


async def test_it_asks_as_the_protocol_wants() -> None:
    async with ScriptedServer(_said(" Hello there! ", "")) as server:
        async with ChatCompletions(f"{server.url}/v1", model="small", key=KEY) as model:
            assert await model.complete("Be kind.", "hi", count=2) == ["Hello there!"]
            assert "secret" not in repr(model)
        (got,) = server.got
    assert (got.method, got.path) == ("POST", "/v1/chat/completions")
    assert got.headers["authorization"] == "Bearer sk-very-secret-key"
    assert got.json["messages"][1] == {"role": "user", "content": "hi"}
    assert (got.json["model"], got.json["n"]) == ("small", 2)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (Answer(status=401, body={"error": KEY.get_secret_value()}), Unavailable),
        (Answer(status=302, headers=(("Location", "http://169.254.169.254/"),)), Unavailable),
        (Answer(body=b"no json"), ProtocolError),
        (Answer(body={"choices": [{}]}), ProtocolError),
        (Answer(body=b"x" * 300_000), ProtocolError),
        (Drop(), Unavailable),
    ],
)
async def test_every_failure_is_one_sentence_without_the_key(
    step: Answer | Drop, kind: type[AppError]
) -> None:
    async with ScriptedServer(step) as server:
        async with ChatCompletions(server.url, model="small", key=KEY) as model:
            with pytest.raises(kind) as failed:
                await model.complete("Be kind.", "hi")
        assert len(server.got) == 1
    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "ftp://127.0.0.1/",
        "https://user:pass@example.org",
        "file:///etc/passwd",
        "https://",
        "http://169.254.169.254/latest",
        "",
    ],
)
def test_addresses_that_are_never_called(url: str) -> None:
    with pytest.raises(InvalidInput):
        checked_url(url)


def test_networks_that_a_name_may_not_lead_to() -> None:
    inside = (
        "127.0.0.1", "::1", "10.0.0.7", "192.168.1.1", "172.16.3.4", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "fe80::1", "fd00::1", "::ffff:10.0.0.7", "224.0.0.1", "255.255.255.255",
        "64:ff9b::7f00:1", "64:ff9b::a00:7", "::7f00:1", "::ffff:0:127.0.0.1", "fec0::1",
        "2002:7f00:1::", "198.18.0.1", "240.0.0.1", "::",
    )  # fmt: skip
    assert [address for address in inside if may_reach(address, is_own_machine=False)] == []
    assert may_reach("93.184.216.34", is_own_machine=False)
    assert may_reach("127.0.0.1", is_own_machine=True)
    assert not may_reach("10.0.0.7", is_own_machine=True)


async def test_a_name_that_leads_inside_is_not_called() -> None:
    async with ScriptedServer(_said("never")) as server:
        url = f"https://localhost.localdomain:{server.port}/v1"
        async with ChatCompletions(url, model="small") as model:
            with pytest.raises(Unavailable):
                await model.complete("Be kind.", "hi")
        assert server.got == []
