"""The record of a stack: whole, private, and true about who needs whom."""

import stat

import pytest

from stacks.offline import OfflineError
from stacks.offline.project import Project
from stacks.offline.state import Resource, State, locked


@pytest.fixture
def stack(tmp_path, monkeypatch):
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(tmp_path))
    (tmp_path / "project").mkdir()
    return Project(tmp_path, "project", "dev", {})


def resource(name, **values):
    return Resource(urn=f"urn::p::t::{name}", type="t", name=name, **values)


def test_a_renamed_resource_is_renamed_wherever_it_is_needed(stack):
    state, old = State.load(stack), resource("old")
    urn = old.urn
    other = resource(
        "other",
        parent=urn,
        provider=f"{urn}::id",
        dependencies=[urn, "urn::p::t::x"],
        property_dependencies={"name": [urn]},
    )
    state.resources = [old, other]

    state.rename(old, "urn::p::t::new")

    assert state.find("urn::p::t::new") is old
    assert other.parent == "urn::p::t::new"
    assert other.provider == "urn::p::t::new::id"
    assert other.dependencies == ["urn::p::t::new", "urn::p::t::x"]
    assert other.property_dependencies == {"name": ["urn::p::t::new"]}


def test_what_is_written_is_what_is_read(stack):
    state = State.load(stack)
    state.resources = [resource("a", id="1", outputs={"x": [1, None]}, delete=True)]
    operation = state.begin("delete", state.resources[0], resource_id="1")

    again = State.load(stack)

    assert again.resources == state.resources
    assert again.pending == [operation]
    assert again.salt == state.salt


def test_only_its_owner_reads_the_record(stack):
    state = State.load(stack)
    state.begin("create", resource("a"))

    assert stat.S_IMODE(state.file.stat().st_mode) == 0o600


def test_a_deleted_resource_is_forgotten_or_keeps_its_place(stack):
    state, old = State.load(stack), resource("a")
    state.resources = [old]

    state.forget(old, replacing=True)
    assert state.find(old.urn) is old

    state.forget(old)
    assert state.find(old.urn) is None


def test_what_waits_for_its_deletion_is_not_found_by_its_urn(stack):
    state = State.load(stack)
    state.resources = [resource("a", id="old", delete=True), resource("a", id="new")]

    found = state.find("urn::p::t::none", "urn::p::t::a")

    assert found is not None
    assert found.id == "new"


def test_a_preview_writes_nothing(stack):
    state = State.load(stack, readonly=True)
    state.begin("create", resource("a"))

    assert not state.file.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(stack, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(tmp_path / "file"))

    with pytest.raises(OfflineError, match="cannot be used"), locked(stack):
        pass
