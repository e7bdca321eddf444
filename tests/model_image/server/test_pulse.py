"""An event loop that falls behind takes no more work until it has caught up."""

import asyncio
import time

import pytest

from model_image.server.pulse import Pulse
from model_image.server.refusal import Refusal


def test_work_is_refused_while_the_loop_is_behind_and_taken_again_after():
    async def main() -> tuple[tuple[bytes, bytes], ...]:
        pulse = Pulse(0.2)
        pulse.start()
        await asyncio.sleep(0.06)
        pulse.check()
        time.sleep(0.5)
        await asyncio.sleep(0.01)
        with pytest.raises(Refusal, match="wait") as caught:
            pulse.check()
        await asyncio.sleep(0.2)
        pulse.check()
        pulse.stop()
        return caught.value.headers

    assert asyncio.run(main()) == ((b"retry-after", b"1"),)


def test_what_wants_to_be_called_each_second_is():
    called: list[int] = []

    async def main() -> None:
        pulse = Pulse(1)
        pulse.each_second(lambda: called.append(1), lambda: called.append(2))
        pulse.start()
        await asyncio.sleep(1.5)
        pulse.stop()

    asyncio.run(main())

    assert called == [1, 2]
