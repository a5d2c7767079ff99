"""The end of a delayed show: told once when all has left, and not when it was cut short."""

import asyncio

from studio.engine.ending import PlayOut


class _Held:
    """Has so much left to play."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def play_out(self) -> bool:
        self.steps -= 1
        return self.steps <= 0


async def test_the_end_is_told_when_all_has_left() -> None:
    over, held = asyncio.Event(), _Held(3)
    play_out = PlayOut(held, on_over=over.set, step_s=0.001)
    async with asyncio.timeout(30):
        await over.wait()
    assert held.steps == 0
    await play_out.stop()


async def test_a_play_out_that_is_cut_short_lets_nothing_more_leave() -> None:
    over, held = asyncio.Event(), _Held(10**9)
    play_out = PlayOut(held, on_over=over.set, step_s=60.0)
    async with asyncio.timeout(30):
        await play_out.stop()
    left = held.steps
    await asyncio.sleep(0)
    assert held.steps == left
    assert not over.is_set()
