"""KServe's runtime for scikit-learn: what its `sklearnserver` does with a request."""

from kserve import InferRequest, InferResponse, Model
from kserve.utils.utils import get_predict_input, get_predict_response
from served import serve
from validated_model import FOLDER, estimator


class SKLearnModel(Model):
    """The estimator, asked with whatever came."""

    def load(self) -> bool:
        self._model = estimator()
        self.ready = True
        return self.ready

    def predict(
        self, payload: InferRequest, headers=None, response_headers=None
    ) -> InferResponse:
        result = self._model.predict(get_predict_input(payload))
        return get_predict_response(payload, result, self.name)


if __name__ == "__main__":
    serve(SKLearnModel(FOLDER.name))
