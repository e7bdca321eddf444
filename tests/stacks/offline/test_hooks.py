"""Hooks: the program's own checks around a step."""

import pytest

from stacks.offline import HookFailed

from .conftest import names

pytestmark = pytest.mark.docker

BOX = """
import time
config = pulumi.Config()

def told(when):
    def tell(args):
        seen = {key: bool(getattr(args, key)) for key in
            ("id", "new_inputs", "old_inputs", "new_outputs", "old_outputs")}
        word = (args.new_inputs or {}).get("hostname", "")
        pulumi.log.info(f"{when} {word} " + " ".join(k for k in seen if seen[k]))
        if config.get("refuse") == when:
            raise Exception(f"{args.name} is not ready")
    return pulumi.ResourceHook(when, tell,
        pulumi.ResourceHookOptions(on_dry_run=config.get_bool("dry") or False))

moments = [f"{when}_{op}" for op in ("create", "update", "delete")
    for when in ("before", "after")]
hooks = {moment: [told(moment)] for moment in moments}
docker.Container("offline-test-box", image=IMAGE, command=["sleep", "600"],
    hostname=config.get("word") or "one", memory=config.get_int("memory") or 64,
    memory_swap=200,
    opts=pulumi.ResourceOptions(delete_before_replace=False,
        hooks=pulumi.ResourceHookBinding(**hooks)))
"""


def told(project):
    return [line for line in project.told.lines if "_" in line.split()[0]]


def resources(project):
    return [r for r in project.state["resources"] if r["name"].endswith("box")]


def test_hooks_run_around_each_step_and_see_what_it_sees(project, engine):
    project.program(BOX).up()
    assert told(project) == [
        "before_create one new_inputs",
        "after_create one id new_inputs new_outputs",
    ]

    project.configure(memory=100).up()
    assert told(project) == [
        "before_update one id new_inputs old_inputs old_outputs",
        "after_update one id new_inputs old_inputs new_outputs old_outputs",
    ]

    project.program(BOX.partition("docker.Container")[0]).up()
    assert told(project) == [
        "before_delete  id old_inputs old_outputs",
        "after_delete  id old_inputs old_outputs",
    ]


def test_hooks_do_not_run_where_nothing_changes(project, engine):
    project.program(BOX).up()

    project.up()

    assert told(project) == []


def test_a_replacement_is_proven_before_the_old_one_goes(project, engine):
    project.program(BOX).up()

    project.configure(word="two").up()

    assert told(project) == [
        "before_create two new_inputs",
        "after_create two id new_inputs new_outputs",
        "before_delete  id old_inputs old_outputs",
        "after_delete  id old_inputs old_outputs",
    ]
    assert project.told.done == ["replace box", "delete-replaced box"]


def test_a_refusing_before_hook_leaves_everything_as_it_was(project, engine):
    project.program(BOX).up()
    before = names(engine)

    project.configure(word="two", refuse="before_create")
    with pytest.raises(
        HookFailed, match=r"before hook 'before_create' failed: .*not ready"
    ):
        project.up()

    assert names(engine) == before
    assert [r["delete"] for r in resources(project)] == [False]


def test_after_a_failed_proof_both_stand_until_a_good_one_comes(project, engine):
    """As Pulumi leaves them: one recorded, the old one waiting for its deletion."""
    project.program(BOX).up()

    project.configure(word="two", refuse="after_create")
    with pytest.raises(HookFailed, match="after hook 'after_create' failed"):
        project.up()
    assert len(names(engine)["containers"]) == 2
    assert [(r["inputs"]["hostname"], r["delete"]) for r in resources(project)] == [
        ("one", True),
        ("two", False),
    ]

    project.configure(word="three").up()
    assert project.told.done == [
        "replace box",
        "delete-replaced box",
        "delete-replaced box",
    ]
    assert len(names(engine)["containers"]) == 1


def test_after_a_failed_proof_the_same_program_deletes_the_old_one(project, engine):
    """As Pulumi does; a failed proof has to be remembered by the program."""
    project.program(BOX).up()
    project.configure(word="two", refuse="after_create")
    with pytest.raises(HookFailed):
        project.up()

    project.configure(word="two").up()

    assert project.told.done == ["delete-replaced box"]
    assert told(project)[0].startswith("before_delete")


def test_a_failed_proof_of_an_update_leaves_it_recorded(project, engine):
    project.program(BOX).up()

    project.configure(memory=100, refuse="after_update")
    with pytest.raises(HookFailed, match="after hook 'after_update' failed"):
        project.up()

    assert project.configure(memory=100).up().changes == {"same": 2}


def test_a_preview_runs_only_the_hooks_that_ask_for_it(project, engine):
    project.program(BOX).up(preview=True)
    assert told(project) == []

    project.configure(dry=True).up(preview=True)
    assert [line.split()[0] for line in told(project)] == [
        "before_create",
        "after_create",
    ]

    project.configure(dry=True, refuse="before_create")
    with pytest.raises(HookFailed):
        project.up(preview=True)


def test_a_hook_may_be_allowed_to_fail(project, engine):
    project.program("""
        def fail(args): raise Exception("no matter")
        opts = pulumi.ResourceHookOptions(ignore_errors=True)
        hook = pulumi.ResourceHook("soft", fail, opts)
        docker.Network("offline-test-net", opts=pulumi.ResourceOptions(
            hooks=pulumi.ResourceHookBinding(after_create=[hook])))
    """).up()

    assert "after hook 'soft' failed: no matter" in project.told.lines
    assert project.told.done == ["create net"]


def test_a_hook_has_a_thread_however_many_resources_wait(project, engine):
    """Registrations wait one by one, each in a thread of the program."""
    project.program("""
        import asyncio, time
        async def prove(args): await asyncio.to_thread(time.sleep, 0.1)
        hook = pulumi.ResourceHook("prove", prove)
        opts = pulumi.ResourceOptions(
            hooks=pulumi.ResourceHookBinding(after_create=[hook]))
        for number in range(50):
            docker.RemoteImage(f"i{number}", name=IMAGE, keep_locally=True, opts=opts)
    """)

    assert project.up().changes == {"create": 51}


def test_a_program_that_dies_in_a_hook_fails_the_step(project, engine):
    project.program("""
        import os
        hook = pulumi.ResourceHook("die", lambda args: os._exit(1))
        docker.Network("offline-test-net", opts=pulumi.ResourceOptions(
            hooks=pulumi.ResourceHookBinding(after_create=[hook])))
    """)

    with pytest.raises(HookFailed, match="the program ended while it ran"):
        project.up()


def test_delete_hooks_need_the_program_so_destroy_says_so(project, engine):
    project.program(BOX).up()

    with pytest.raises(Exception, match="delete hooks, which need the program"):
        project.destroy()
