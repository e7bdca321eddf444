"""What `up`, preview and destroy do to a real Docker Engine."""

import gc
import json

import docker
import pytest

from stacks.offline import OfflineError, StepFailed

from .conftest import IMAGE, PREFIX, STACK, containers, names

pytestmark = pytest.mark.docker

BOX = """
config = pulumi.Config()
network = docker.Network("offline-test-net")
box = docker.Container("offline-test-box", image=IMAGE,
    command=["sleep", "600"], networks_advanced=[{"name": network.name}],
    memory=config.get_int("memory") or 64, memory_swap=128,
    envs=[f"WORD={config.get('word')}"])
pulumi.export("box", box.name)
"""


def container(engine):
    (found,) = containers(engine)
    return found


def test_what_is_declared_comes_to_be(project, engine):
    summary = project.program(BOX).up()

    found = names(engine)
    assert summary.changes == {"create": 3}
    assert summary.outputs == {"box": found["containers"][0]}
    assert (
        list(container(engine).attrs["NetworkSettings"]["Networks"])
        == found["networks"]
    )


def test_a_second_run_changes_nothing_and_writes_nothing(project, engine, monkeypatch):
    project.program(BOX).up()
    before = project.state
    with monkeypatch.context() as patch:
        patch.setattr(docker.APIClient, "_post", None)
        patch.setattr(docker.APIClient, "_delete", None)
        patch.setattr("stacks.offline.state._replace", None)
        summary = project.up()

    assert summary.changes == {"same": 3}
    assert project.state == before


def test_a_name_is_chosen_once_and_kept(project, engine):
    name = project.program(BOX).up().outputs["box"]

    project.configure(memory=100).up()

    assert name.startswith(f"{PREFIX}box-")
    assert len(name) == len(f"{PREFIX}box-") + 7
    assert container(engine).name == name


def test_a_limit_is_changed_in_the_running_container(project, engine):
    project.program(BOX).up()
    first = container(engine).id

    summary = project.configure(memory=100).up()

    assert project.told.done == ["update box"]
    assert list(project.told.steps[2].diff) == ["memory"]
    assert summary.changes == {"same": 2, "update": 1}
    assert container(engine).id == first
    assert container(engine).attrs["HostConfig"]["Memory"] == 100 * 1024 * 1024


def test_a_container_is_replaced_for_any_other_change_old_one_first(project, engine):
    project.program(BOX).up()
    first = container(engine).id

    project.configure(word="new").up()

    assert project.told.done == ["delete-replaced box", "replace box"]
    assert project.told.steps[-1].reasons == ["envs"]
    assert container(engine).id != first
    assert "WORD=new" in container(engine).attrs["Config"]["Env"]


def test_a_network_is_replaced_with_all_that_is_in_it(project, engine):
    project.program(BOX).up()
    changed = BOX.replace('"offline-test-net"', '"offline-test-net", internal=True')

    project.program(changed).up()

    # The name is the engine's, so the new network can stand beside the old one.
    assert project.told.done == [
        "replace net",
        "delete-replaced box",
        "replace box",
        "delete-replaced net",
    ]


def test_what_is_declared_no_longer_is_deleted_dependents_first(project, engine):
    project.program(BOX).up()

    project.program("").up()

    assert project.told.done == ["delete box", "delete net"]
    assert not any(names(engine).values())


def test_a_preview_tells_what_would_be_done_and_does_nothing(project, engine):
    project.program(BOX)
    summary = project.up(preview=True)
    assert summary.changes == {"create": 3}
    assert not any(names(engine).values())

    project.up()
    before, was = project.state, container(engine).id
    summary = project.configure(word="new").up(preview=True)

    assert project.told.done == ["delete-replaced box", "replace box"]
    assert summary.changes == {"same": 2, "delete-replaced": 1, "replace": 1}
    assert (project.state, container(engine).id) == (before, was)


def test_a_preview_foretells_what_an_update_does(project, engine):
    project.program(BOX).up()
    changed = BOX.replace('"offline-test-net"', '"offline-test-net", internal=True')

    project.program(changed).up(preview=True)
    foretold = project.told.done
    project.up()

    assert project.told.done == foretold


def test_destroy_deletes_everything_and_the_record_of_it(project, engine):
    project.program(BOX).up()

    project.destroy()

    assert project.told.done == [
        "delete box",
        "delete net",
    ]
    assert not any(names(engine).values())
    assert not project.state_file.exists()


def test_destroy_keeps_data_and_up_finds_it_again(project, engine):
    project.program("docker.Volume('offline-test-data')\n" + BOX).up()
    volume = names(engine)["volumes"]

    project.destroy(remove_data=False)
    assert names(engine) == {"containers": [], "networks": [], "volumes": volume}

    project.up()
    assert project.told.done == ["create net", "create box"]
    project.destroy()
    assert names(engine)["volumes"] == []


def test_destroy_leaves_what_is_retained_but_data_that_shall_go(project, engine):
    opts = "opts=pulumi.ResourceOptions(retain_on_delete=True)"
    project.program(f"""
        docker.Network("offline-test-net", {opts})
        docker.Volume("offline-test-data", {opts})
    """).up()

    project.destroy()

    found = names(engine)
    assert (len(found["networks"]), found["volumes"]) == (1, [])
    assert not project.state_file.exists()


def test_what_is_retained_is_forgotten_and_stays(project, engine):
    opts = "pulumi.ResourceOptions(retain_on_delete=True)"
    project.program(f"docker.Network('offline-test-net', opts={opts})").up()

    project.program("").up()

    assert project.told.done == ["delete net"]
    assert len(names(engine)["networks"]) == 1
    assert [r["name"] for r in project.state["resources"]] == [f"offline-test-{STACK}"]


def test_what_is_protected_is_neither_deleted_nor_replaced(project, engine):
    source = """
        docker.Network("offline-test-net", internal={},
            opts=pulumi.ResourceOptions(protect=True))
        docker.Network("offline-test-other")
    """
    project.program(source.format(False)).up()

    for change in (lambda: project.program("").up(), project.destroy):
        with pytest.raises(OfflineError, match=f"{PREFIX}net is protected"):
            change()
    with pytest.raises(
        OfflineError, match=r"protected and would be replaced \(internal\)"
    ):
        project.program(source.format(True)).up()

    assert len(names(engine)["networks"]) == 2


def test_a_renamed_resource_with_an_alias_stays_as_it_is(project, engine):
    project.program(BOX).up()
    alias = (
        "opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name='offline-test-net')])"
    )
    renamed = BOX.replace(
        'Network("offline-test-net"', f'Network("offline-test-new", {alias}'
    )

    summary = project.program(renamed).up()

    assert summary.changes == {"same": 3}
    assert project.up().changes == {"same": 3}
    project.destroy()
    assert project.told.done[:2] == ["delete box", "delete new"]


def test_what_someone_removed_is_made_again(project, engine):
    project.program(BOX).up()
    container(engine).remove(force=True)

    project.up()

    assert project.told.done == ["create box"]
    assert f"{PREFIX}box is gone from Docker" in project.told.lines
    assert container(engine).status == "running"


def test_ignored_changes_are_no_changes(project, engine):
    source = BOX.replace(
        "memory=config",
        "opts=pulumi.ResourceOptions(ignore_changes=['envs']), memory=config",
    )
    project.program(source).up()

    assert project.configure(word="new").up().changes == {"same": 3}


def test_replace_on_changes_replaces_for_what_could_be_updated(project, engine):
    opts = "replace_on_changes=['*'], delete_before_replace=False"
    with_opts = f"opts=pulumi.ResourceOptions({opts}), memory=config"
    project.program(BOX.replace("memory=config", with_opts)).up()

    project.configure(memory=100).up()

    assert project.told.done == ["replace box", "delete-replaced box"]


def test_an_unknown_type_is_an_error_that_names_it(project, engine):
    project.program("""
        class Bucket(pulumi.CustomResource):
            def __init__(self):
                super().__init__("aws:s3/bucket:Bucket", "b", {})
        Bucket()
    """)

    with pytest.raises(OfflineError, match="aws:s3/bucket:Bucket"):
        project.up()


def test_an_unknown_property_is_an_error_before_anything_is_made(project, engine):
    project.program(
        "docker.Container('offline-test-box', image=IMAGE, privileged=True)"
    )

    with pytest.raises(OfflineError, match="box has privileged"):
        project.up()
    assert not any(names(engine).values())


def test_a_failed_step_leaves_what_was_done_before_it_and_nothing_of_itself(
    project, engine
):
    project.program(BOX.replace('["sleep", "600"]', '["no-such-command"]'))

    with pytest.raises(StepFailed, match="no-such-command"):
        project.up()

    assert project.told.errors[0].startswith(f"create {PREFIX}box: ")
    assert len(names(engine)["networks"]) == 1
    assert names(engine)["containers"] == []
    project.program(BOX).up()
    assert project.told.done == ["create box"]


def test_a_container_that_ends_at_once_is_a_failure_with_its_last_words(
    project, engine
):
    project.program("""
        docker.Container("offline-test-box", image=IMAGE, wait=True,
            command=["sh", "-c", "echo no model; exit 3"],
            healthcheck={"tests": ["CMD", "true"], "interval": "1s"})
    """)

    with pytest.raises(StepFailed, match=r"code 3 right after its start.*no model"):
        project.up()
    assert names(engine)["containers"] == []


def test_a_container_that_does_not_get_healthy_is_a_failure(project, engine):
    project.program("""
        docker.Container("offline-test-box", image=IMAGE, wait=True,
            wait_timeout=2, command=["sleep", "60"],
            healthcheck={"tests": ["CMD", "false"], "interval": "500ms"})
    """)

    with pytest.raises(StepFailed, match="not healthy"):
        project.up()
    assert names(engine)["containers"] == []


def test_an_encrypted_setting_needs_the_pulumi_cli(project):
    project.program(BOX).configure(word={"secure": "AAAB"})

    with pytest.raises(
        OfflineError, match=r"offline-test:word .* needs the Pulumi CLI"
    ):
        project.up()


def test_a_secret_is_in_the_container_and_never_in_the_state(project, engine):
    source = """
        docker.Container("offline-test-box", image=IMAGE,
            command=["sleep", "600"], envs=[pulumi.Output.secret("WORD=hush-{}")])
        pulumi.export("word", pulumi.Output.secret("hush"))
    """
    summary = project.program(source.format(1)).up()
    assert "WORD=hush-1" in container(engine).attrs["Config"]["Env"]
    assert "hush" not in json.dumps(project.state) + repr(summary)

    assert project.up().changes == {"same": 2}
    project.program(source.format(2)).up()
    assert project.told.done == ["delete-replaced box", "replace box"]
    assert "hush" not in repr(project.told)


def test_a_stack_that_pulumi_made_is_refused(project, engine):
    engine.containers.create(
        IMAGE,
        "true",
        name=f"{PREFIX}pulumis",
        labels={"slipway.stack": STACK, "slipway.engine": "pulumi"},
    )
    project.program("")

    for run in (project.up, lambda: project.up(preview=True), project.destroy):
        with pytest.raises(OfflineError, match=r"made by Pulumi.*`pulumi destroy"):
            run()


def test_a_missing_stack_is_one_sentence(project):
    (project.root / "stacks" / f"Pulumi.{STACK}.yaml").unlink()

    with pytest.raises(OfflineError, match=f"there is no stack '{STACK}'"):
        project.up()


# docker-py leaves the socket of a connection that it could not make to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_docker_that_does_not_answer_is_one_sentence(project, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")

    with pytest.raises(OfflineError, match="Docker does not answer"):
        project.program("").up()
    gc.collect()


def test_a_provider_for_another_docker_is_refused(project, engine):
    project.program("docker.Provider('there', host='ssh://there')")

    with pytest.raises(OfflineError, match="provider there is for ssh://there"):
        project.up()
