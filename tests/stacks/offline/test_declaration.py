"""What `declare` tells of a program, which Pulumi's mocks do not."""

import os

import pytest

from stacks.offline import OfflineError, ProgramFailed
from stacks.offline.values import Secret, Unknown

from .conftest import STACK

GROUP = """
class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Group", name, None, opts)
        self.network = docker.Network(name, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})

class Groups(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Groups", name)
        self.group = Group(name, pulumi.ResourceOptions(parent=self))
"""
NETWORK = "docker:index/network:Network"
CONTAINER = "docker:index/container:Container"


def test_a_urn_holds_the_types_of_all_parents(project):
    found = project.program(GROUP + "Groups('all')").declare()

    assert found.only(NETWORK).urn == (
        f"urn:pulumi:{STACK}::offline-test::"
        "test:index:Groups$test:index:Group$docker:index/network:Network::all"
    )
    assert found.only(NETWORK).parent == found.only("test:index:Group").urn


def test_two_resources_with_one_urn_are_an_error(project):
    project.program("docker.Network('a')\ndocker.Network('a')")

    with pytest.raises(OfflineError, match=r"two resources have the URN .*::a"):
        project.declare()


def test_what_only_an_update_can_tell_stays_unknown(project):
    found = project.program("""
        network = docker.Network("a")
        docker.Container("b", image="x", networks_advanced=[{"name": network.name}],
            hostname=pulumi.Output.concat("host-", network.id))
        pulumi.export("id", network.id)
    """).declare()

    inputs = found.only(CONTAINER).inputs
    assert inputs["networksAdvanced"] == [{"name": Unknown()}]
    assert inputs["hostname"] == Unknown()
    assert found.outputs == {"id": Unknown()}


def test_dependencies_are_known_by_property(project):
    found = project.program("""
        network = docker.Network("a")
        volume = docker.Volume("v")
        docker.Container("b", image="x", hostname=network.name,
            opts=pulumi.ResourceOptions(depends_on=[volume]))
    """).declare()

    urns = {r.name: r.urn for r in found.resources}
    container = found.only(CONTAINER)
    assert container.property_dependencies == {"hostname": [urns["a"]]}
    assert container.dependencies == sorted([urns["a"], urns["v"]])


def test_options_are_kept_as_the_program_gives_them(project):
    found = project.program("""
        def check(args): pass
        hook = pulumi.ResourceHook("check", check)
        docker.Network("a", opts=pulumi.ResourceOptions(
            protect=True, retain_on_delete=True, delete_before_replace=False,
            ignore_changes=["labels"], replace_on_changes=["driver"],
            aliases=[pulumi.Alias(name="old")],
            custom_timeouts=pulumi.CustomTimeouts(create="5m"),
            hooks=pulumi.ResourceHookBinding(after_create=[hook])))
        docker.Network("b")
    """).declare()

    network = found.only(NETWORK, "a")
    assert network.protect
    assert network.retain_on_delete
    assert network.delete_before_replace is False
    assert network.ignore_changes == ["labels"]
    assert network.replace_on_changes == ["driver"]
    assert network.aliases == [network.urn.replace("::a", "::old")]
    assert network.other_options["customTimeouts"] == {"create": "5m"}
    assert network.hooks == {"after_create": ["check"]}
    assert found.only(NETWORK, "b").delete_before_replace is None


@pytest.mark.parametrize("option", ["protect", "retain_on_delete"])
def test_what_keeps_a_parent_keeps_its_children(project, option):
    source = GROUP + f"Group('g', pulumi.ResourceOptions({option}=True))"

    assert getattr(project.program(source).declare().only(NETWORK), option)


def test_a_child_has_the_urn_that_it_had_under_its_parents_old_name(project):
    source = (
        GROUP + "Group('new', pulumi.ResourceOptions(aliases=[pulumi.Alias('old')]))"
    )

    network = project.program(source).declare().only(NETWORK)

    assert network.urn.replace("::new", "::old") in network.aliases


def test_a_provider_is_referred_to_by_its_urn(project):
    found = project.program("""
        provider = docker.Provider("here")
        docker.Network("a", opts=pulumi.ResourceOptions(provider=provider))
    """).declare()

    provider = found.only("pulumi:providers:docker").urn
    assert found.only(NETWORK).provider.startswith(f"{provider}::")


def test_a_forgotten_provider_is_an_error_where_default_ones_are_disabled(project):
    project.program("docker.Network('a')")

    with pytest.raises(OfflineError, match="a names no provider"):
        project.declare(config={"pulumi:disable-default-providers": ["*"]})
    assert project.declare(config={"pulumi:disable-default-providers": ["aws"]})


def test_every_type_of_resource_can_be_declared(project):
    found = project.program("""
        class Anything(pulumi.CustomResource):
            def __init__(self):
                super().__init__("cloud:index:Anything", "a", {"size": 3, "nil": None})
        Anything()
    """).declare()

    assert found.only("cloud:index:Anything").inputs == {"size": 3}


def test_secrets_are_values_that_do_not_show(project):
    found = project.program("""
        docker.Container("b", image="x", hostname=pulumi.Output.secret("hush"))
        pulumi.export("word", pulumi.Output.secret("hush"))
    """).declare()

    assert found.only(CONTAINER).inputs["hostname"] == Secret("hush")
    assert found.outputs == {"word": Secret("hush")}
    assert "hush" not in repr(found)


def test_an_encrypted_setting_is_a_secret_with_its_ciphertext(project):
    project.configure(token={"secure": "AAAB"})
    project.program("pulumi.export('x', pulumi.Config().require_secret('token'))")

    assert project.declare().outputs == {"x": Secret("AAAB")}


def test_a_program_knows_that_nothing_runs(project):
    found = project.program("""
        from pulumi.runtime import settings
        from pulumi.runtime.proto import resource_pb2
        for name in ("slipway/offline", "slipway/declare", "other"):
            request = resource_pb2.SupportsFeatureRequest(id=name)
            answer = settings.get_monitor().SupportsFeature(request)
            pulumi.export(name, answer.hasSupport)
    """).declare()

    assert found.outputs == {
        "slipway/offline": True,
        "slipway/declare": True,
        "other": False,
    }


def test_a_run_error_is_told_as_its_sentence_alone(project):
    project.program("raise pulumi.RunError('the model is too big')")

    with pytest.raises(ProgramFailed) as raised:
        project.declare()

    assert str(raised.value) == "the model is too big"


def test_a_run_error_in_an_apply_is_told_as_its_sentence_too(project):
    project.program("""
        def refuse(_): raise pulumi.RunError("no")
        pulumi.Output.from_input(1).apply(refuse)
    """)

    with pytest.raises(ProgramFailed) as raised:
        project.declare()

    assert str(raised.value) == "no"


def test_a_bug_is_told_with_its_traceback(project):
    project.program("1 / 0")

    with pytest.raises(ProgramFailed, match=r"(?s)__main__.py.*ZeroDivisionError"):
        project.declare()


@pytest.mark.parametrize("end", ["import os; os._exit(0)", "import os; os._exit(3)"])
def test_a_program_that_just_ends_has_failed(project, end):
    project.program(f"print('so far', flush=True)\n{end}")

    with pytest.raises(ProgramFailed, match="so far"):
        project.declare()


def test_a_call_to_a_provider_is_an_error_that_names_it(project):
    project.program("docker.get_network(name='x')")

    with pytest.raises(OfflineError, match="docker:index/getNetwork:getNetwork"):
        project.declare()


def test_a_program_runs_where_it_lies_and_sees_its_own_modules(project):
    (project.root / "own.py").write_text("WORD = 'mine'\n")
    found = project.program("""
        import os, own
        pulumi.export("word", own.WORD)
        pulumi.export("at", os.getcwd())
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack()])
    """).declare()

    assert found.outputs == {
        "word": "mine",
        "at": str(project.root),
        "names": ["offline-test", STACK],
    }


def test_a_program_sees_only_the_environment_it_is_given(project, monkeypatch):
    monkeypatch.setenv("CLOUD_TOKEN", "secret")
    project.program("import os\npulumi.export('token', os.environ.get('CLOUD_TOKEN'))")

    assert project.declare(env={"PATH": os.environ["PATH"]}).outputs == {}
    assert project.declare().outputs == {"token": "secret"}


def test_what_a_program_prints_and_logs_is_kept(project):
    found = project.program("print('printed')\npulumi.log.info('logged')").declare()

    assert sorted(found.messages) == ["logged", "printed"]


def test_only_names_what_there_is_when_there_is_not_one(project):
    found = project.program("docker.Network('a')\ndocker.Network('b')").declare()

    assert len(found.all(NETWORK)) == 2
    assert found.only(NETWORK, "b").name == "b"
    with pytest.raises(LookupError, match="2 resources"):
        found.only(NETWORK)
