"""A model that is no library's at all."""

import csv


class Averages:
    """The mean of a group, scaled by a second column."""

    def load(self, folder):
        with (folder / "means.csv").open() as file:
            known = {float(sex): float(mean) for sex, mean in csv.reader(file)}
        self.answer = lambda sex, bmi: known[round(sex, 3)] * (1 + bmi)

    def predict(self, frame):
        pairs = zip(frame["sex"], frame["bmi"], strict=True)
        return [self.answer(sex, bmi) for sex, bmi in pairs]
