"""MLServer with its runtime for scikit-learn."""

from configured import serve

serve("mlserver_sklearn.SKLearnModel")
