"""The page that Prometheus scrapes."""

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.parser import text_string_to_metric_families

from model_image.server.telemetry import families
from model_image.server.telemetry.text import Text


def samples(page: bytes) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


def test_numbers_are_those_of_the_moment():
    registry = CollectorRegistry()
    gauge = Gauge("depth", "How deep.", registry=registry)
    text = Text()

    gauge.set(1)
    before = samples(text.of(registry.collect()))
    gauge.set(2.5)
    after = samples(text.of(registry.collect()))

    assert (before, after) == ({("depth",): 1}, {("depth",): 2.5})


def test_labels_that_come_and_go_do_not_mix_up_the_numbers():
    registry = CollectorRegistry()
    counter = Counter("seen", "How often.", ("what",), registry=registry)
    text = Text()

    counter.labels("b").inc(2)
    text.of(registry.collect())
    counter.labels("a").inc(3)
    counter.remove("b")
    page = samples(text.of(registry.collect()))

    assert page["seen_total", "a"] == 3
    assert ("seen_total", "b") not in page


def test_names_of_features_are_escaped():
    name = 'a"b\\c\nd\u2028e\x0bf'
    metric = families.gauge("value", "Of a feature.", ("feature",), {(name,): 1})

    page = Text().of([metric])

    assert samples(page) == {("value", name): 1}


def test_what_a_metric_means_is_told():
    page = Text().of([families.value("depth", "How deep.", 1)])

    assert page == b"# HELP depth How deep.\n# TYPE depth gauge\ndepth 1\n"


def test_a_histogram_of_negative_values_has_a_sum_too():
    metric = families.histogram("t", "", ("x",), [(("a",), (-1.5, 0), [1, 1, 2], -1)])

    page = samples(Text().of([metric]))

    assert page == {
        ("t_bucket", "-1.5", "a"): 1,
        ("t_bucket", "0.0", "a"): 1,
        ("t_bucket", "+Inf", "a"): 2,
        ("t_count", "a"): 2,
        ("t_sum", "a"): -1,
    }
