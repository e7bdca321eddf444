"""Ray Serve with a handler of one's own around onnxruntime."""

from typing import Any

from deployed import deploy
from starlette.responses import JSONResponse
from validated_model import InvalidRows, OnnxModel


class Rows:
    """Checked rows in, every output out; a GET says that it is there."""

    def __init__(self) -> None:
        self.model = OnnxModel()

    async def __call__(self, request: Any) -> Any:
        if request.method == "GET":
            return {"ready": True}
        try:
            array = self.model.checked_rows((await request.json())["rows"])
        except InvalidRows as error:
            return JSONResponse({"error": str(error)}, 422)
        made = self.model.answers(array)
        return {name: values.tolist() for name, values in made.items()}


if __name__ == "__main__":
    deploy(Rows)
