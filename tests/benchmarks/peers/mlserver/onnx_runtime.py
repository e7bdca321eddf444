"""The runtime that `with_onnx.py` names."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse
from validated_model import InvalidRows, OnnxModel


class OnnxRuntime(MLModel):
    """One session, asked with checked tensors."""

    async def load(self) -> bool:
        self.model = OnnxModel()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        tensor = payload.inputs[0]
        try:
            array = self.model.checked_tensor(
                tensor.name, tensor.datatype, tensor.shape, tensor.data.root
            )
        except InvalidRows as error:
            raise InferenceError(str(error)) from None
        made = self.model.answers(array)
        outputs = [NumpyCodec.encode_output(*each) for each in made.items()]
        return InferenceResponse(model_name=self.name, outputs=outputs)
