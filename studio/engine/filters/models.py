"""Runs the small models that come with the studio, on the processor, one thread each."""

import numpy as np
import numpy.typing as npt

from shared.errors import Unavailable
from shared.resources import resource_path

Values = npt.NDArray[np.float32]


class Model:
    """A TensorFlow Lite model with one input."""

    def __init__(self, name: str) -> None:
        """Load a model of the folder `models`.

        Raises:
            Unavailable: this machine cannot run it.
        """
        try:
            from ai_edge_litert.interpreter import Interpreter  # only who uses it pays for it

            self._interpreter = Interpreter(
                model_path=str(resource_path("models", name)), num_threads=1
            )
            self._interpreter.allocate_tensors()
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise Unavailable(
                "People and faces cannot be found in pictures on this computer; remove this "
                "filter, or install the studio again.",
                code="MODEL_MISSING",
            ) from error
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [one["index"] for one in self._interpreter.get_output_details()]

    def run(self, values: Values) -> list[Values]:
        """Return what the model says of one input, without the axis of batches."""
        self._interpreter.set_tensor(self._input, values[None])
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]
