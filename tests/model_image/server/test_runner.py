"""Large work leaves the event loop; small work does not pay for it."""

import asyncio
import threading
from typing import Any, cast

import numpy as np
import pytest

from model_image.server.flavours.onnx import OnnxModel
from model_image.server.runner import Runner


class Recording:
    """Stands for a model, and remembers the thread it ran in."""

    def run(self, arrays: Any, outputs: Any) -> dict[str, Any]:
        self.thread = threading.current_thread()
        return {}


@pytest.mark.parametrize(("rows", "in_place"), [(1, True), (100, False)])
def test_the_expected_time_decides_where_a_model_runs(rows: int, in_place: bool):
    model = Recording()
    seen: list[float] = []
    runner = Runner(cast(OnnxModel, model), 0.001, 1, seen.append)

    asyncio.run(runner.run({"x": np.zeros((rows, 1))}))

    assert (model.thread is threading.current_thread()) == in_place
    assert len(seen) == 1
