"""KServe's SDK around onnxruntime."""

from kserve import InferOutput, InferRequest, InferResponse, Model
from kserve.errors import InvalidInput
from kserve.utils.utils import generate_uuid
from served import serve
from validated_model import FOLDER, InvalidRows, OnnxModel


class Onnx(Model):
    """One session, asked with checked tensors."""

    def load(self) -> bool:
        self._model = OnnxModel()
        self.ready = True
        return self.ready

    def predict(
        self, payload: InferRequest, headers=None, response_headers=None
    ) -> InferResponse:
        tensor = payload.inputs[0]
        try:
            array = self._model.checked_tensor(
                tensor.name, tensor.datatype, tensor.shape, tensor.data
            )
        except InvalidRows as error:
            raise InvalidInput(str(error)) from None
        outputs = []
        for name, values in self._model.answers(array).items():
            datatype = "INT64" if values.dtype == "int64" else "FP32"
            output = InferOutput(name, list(values.shape), datatype)
            output.set_data_from_numpy(values, binary_data=False)
            outputs.append(output)
        number = payload.id or generate_uuid()
        return InferResponse(number, self.name, infer_outputs=outputs)


if __name__ == "__main__":
    serve(Onnx(FOLDER.name))
