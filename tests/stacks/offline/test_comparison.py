"""What `compare` tells of two declarations."""

from stacks.offline import compare
from stacks.offline.diff import Change

from .conftest import STACK


def urn(name):
    return f"urn:pulumi:{STACK}::offline-test::docker:index/network:Network::{name}"


def test_equal_programs_do_not_differ_not_even_in_what_is_unknown(project):
    source = "n = docker.Network('a')\ndocker.Container('b', image='x', hostname=n.id)"

    found = compare(
        project.program(source).declare(), project.program(source).declare()
    )

    assert (found.added, found.removed, found.changed, found.outputs) == (
        [],
        [],
        {},
        {},
    )


def test_a_renamed_resource_is_one_removed_and_one_added(project):
    before = project.program("docker.Network('a')").declare()
    after = project.program("docker.Network('b')").declare()

    found = compare(before, after)

    assert [r.name for r in found.added] == ["b"]
    assert [r.name for r in found.removed] == ["a"]
    assert found.changed == {}


def test_a_changed_property_is_told_by_its_path(project):
    before = project.program(
        "docker.Network('a', driver='x', labels=[{'label': 'l', 'value': '1'}])"
    ).declare()
    after = project.program(
        "docker.Network('a', internal=True, labels=[{'label': 'l', 'value': '2'}])"
    ).declare()

    assert compare(before, after).changed == {
        urn("a"): {
            "driver": Change("delete", before="x"),
            "internal": Change("add", after=True),
            "labels[0].value": Change("update", "1", "2"),
        }
    }


def test_a_changed_option_is_told_too(project):
    before = project.program("docker.Network('a')").declare()
    after = project.program(
        "docker.Network('a', opts=pulumi.ResourceOptions(protect=True))"
    ).declare()

    changes = compare(before, after).changed[urn("a")]

    assert changes == {"options.protect": Change("update", False, True)}


def test_a_secret_shows_only_that_it_changed(project):
    source = "docker.Network('a', driver=pulumi.Config().require_secret('word'))"
    first = project.program(source).configure(word={"secure": "first"}).declare()
    second = project.configure(word={"secure": "second"}).declare()
    again = project.configure(word={"secure": "second"}).declare()

    found = compare(first, second)

    assert list(found.changed[urn("a")]) == ["driver"]
    assert "first" not in repr(found)
    assert "second" not in repr(found)
    assert compare(second, again).changed == {}


def test_changed_outputs_are_told(project):
    before = project.program("pulumi.export('a', 1)").declare()
    after = project.program("pulumi.export('a', 2)").declare()

    assert compare(before, after).outputs == {"a": Change("update", 1, 2)}
