"""A profile says whether its owner is on air, unless the room is not for everybody to know."""

from pathlib import Path

from fakes.platform import platform
from sqlalchemy import update

from shared.schemas.roles import Role
from shared.schemas.streams import Audience
from shared.server.streams.tables import StreamRow


async def test_a_profile_tells_who_is_on_air(tmp_path: Path) -> None:
    async with platform(tmp_path / "data") as made:
        creator = await made.person("Robin", Role.CREATOR)
        member = await made.person("Alex")

        async def seen() -> tuple[bool, str | None]:
            profile = await member.api.profiles.read(creator.id)
            return profile.is_live, profile.stream_id

        assert await seen() == (False, None)
        stream = await made.on_air(creator)
        expected: dict[Audience, tuple[bool, str | None]] = dict.fromkeys(
            Audience, (True, stream.id)
        )
        expected[Audience.PRIVATE] = expected[Audience.HIDDEN] = (False, None)
        for audience, shown in expected.items():
            async with made.core.db.write() as tx:
                await tx.db.execute(update(StreamRow).values(audience=audience.value))
            assert await seen() == shown, audience
        await creator.api.streams.end(stream.id)
        assert await seen() == (False, None)
