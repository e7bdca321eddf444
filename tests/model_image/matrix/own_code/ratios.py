"""A transformer that only this project has."""

from sklearn.base import BaseEstimator, TransformerMixin


class Ratios(TransformerMixin, BaseEstimator):
    """Every column as a share of the row's sum."""

    def fit(self, rows, target=None):
        self.columns_ = len(rows.columns)
        return self

    def transform(self, rows):
        return rows.div(rows.sum(axis=1), axis=0)
