"""Every property of a container that is declared is found in Docker afterwards."""

import pytest

from stacks.offline import OfflineError
from stacks.offline.docker.container_request import request
from stacks.offline.docker.shapes import nanoseconds

from .conftest import IMAGE, PREFIX, containers, names

EVERYTHING = """
network = docker.Network("offline-test-net")
other = docker.Network("offline-test-other")
volume = docker.Volume("offline-test-data")
docker.Container("offline-test-box", image=IMAGE,
    entrypoints=["/bin/sh", "-c"], command=["sleep 600"], envs=["A=1", "B=2"],
    labels=[{"label": "slipway.role", "value": "model"}], hostname="wine",
    user="10001:10001", working_dir="/srv",
    networks_advanced=[{"name": network.name, "aliases": ["model"]},
        {"name": other.name}], network_mode="bridge",
    ports=[{"internal": 8080, "external": 18999, "ip": "127.0.0.1"},
        {"internal": 9000, "protocol": "udp"}],
    memory=64, memory_swap=64, cpus="0.5", restart="on-failure", max_retry_count=3,
    read_only=True, tmpfs={"/tmp": "rw,size=16m"},
    capabilities={"drops": ["ALL"], "adds": ["NET_BIND_SERVICE"]},
    security_opts=["no-new-privileges:true"],
    healthcheck={"tests": ["CMD", "true"], "interval": "500ms", "timeout": "2s",
        "retries": 2, "start_period": "1m30s"}, wait=True,
    log_driver="json-file", log_opts={"max-size": "10m"},
    stop_timeout=7, stop_signal="SIGUSR1", destroy_grace_seconds=1, init=True,
    ulimits=[{"name": "nofile", "soft": 100, "hard": 200}],
    volumes=[{"volume_name": volume.name, "container_path": "/data",
        "read_only": True}],
    mounts=[{"type": "tmpfs", "target": "/scratch",
        "tmpfs_options": {"size_bytes": 1048576}}])
"""
BODY = {
    "Hostname": "wine",
    "User": "10001:10001",
    "WorkingDir": "/srv",
    "Entrypoint": ["/bin/sh", "-c"],
    "Cmd": ["sleep 600"],
    "StopSignal": "SIGUSR1",
    "StopTimeout": 7,
    "Healthcheck": {
        "Test": ["CMD", "true"],
        "Interval": 500_000_000,
        "Timeout": 2_000_000_000,
        "StartPeriod": 90_000_000_000,
        "Retries": 2,
    },
}
HOST = {
    "Memory": 64 * 1024 * 1024,
    "MemorySwap": 64 * 1024 * 1024,
    "NanoCpus": 500_000_000,
    "NetworkMode": "bridge",
    "ReadonlyRootfs": True,
    "Tmpfs": {"/tmp": "rw,size=16m"},
    "CapAdd": ["NET_BIND_SERVICE"],
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges:true"],
    "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}},
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
    "Init": True,
    "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}],
}


@pytest.mark.docker
def test_docker_runs_what_was_declared(project, engine):
    project.program(EVERYTHING).up()

    (box,) = containers(engine)
    config, host = box.attrs["Config"], box.attrs["HostConfig"]
    assert {key: config[key] for key in BODY} == BODY
    assert {key: host[key] for key in HOST} == HOST
    assert {"A=1", "B=2"} <= set(config["Env"])
    assert config["Labels"]["slipway.role"] == "model"
    assert box.attrs["State"]["Health"]["Status"] == "healthy"


@pytest.mark.docker
def test_docker_joins_mounts_and_publishes_what_was_declared(project, engine):
    project.program(EVERYTHING).up()

    (box,) = containers(engine)
    joined = box.attrs["NetworkSettings"]["Networks"]
    assert sorted(joined) == names(engine)["networks"]
    first = next(name for name in joined if "net-" in name)
    assert "model" in joined[first]["Aliases"]
    published = box.attrs["NetworkSettings"]["Ports"]
    assert published["8080/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": "18999"}]
    assert published["9000/udp"][0]["HostPort"] != ""
    (mounted,) = [m for m in box.attrs["Mounts"] if m["Type"] == "volume"]
    assert (mounted["Name"], mounted["Destination"], mounted["RW"]) == (
        names(engine)["volumes"][0],
        "/data",
        False,
    )
    assert box.attrs["HostConfig"]["Mounts"][0]["TmpfsOptions"] == {
        "SizeBytes": 1048576
    }


@pytest.mark.docker
def test_files_are_there_before_the_container_starts(project, engine):
    (project.root / "own.txt").write_text("from a file")
    project.program("""
        docker.Container("offline-test-box", image=IMAGE, must_run=False,
            command=["sh", "-c", "cat /srv/a /srv/b /srv/c; stat -c %a /srv/a /srv/c"],
            uploads=[{"file": "/srv/a", "content": "plain "},
                {"file": "/srv/b", "content_base64": "Y29kZWQg"},
                {"file": "/srv/c", "source": "own.txt", "permissions": "0600"}])
    """).up()

    (box,) = containers(engine)
    box.wait()
    assert box.logs() == b"plain coded from a file644\n600\n"


@pytest.mark.docker
def test_a_container_gets_its_grace_before_it_is_killed(project, engine):
    project.program("""
        docker.Volume("offline-test-data", name="offline-test-data")
        docker.Container("offline-test-box", image=IMAGE, destroy_grace_seconds=10,
            command=["sh", "-c", "trap 'sleep 1; touch /data/ended; exit' TERM; "
                "touch /data/begun; while true; do sleep 0.1; done"],
            volumes=[{"volume_name": "offline-test-data", "container_path": "/data"}])
    """).up()
    (box,) = containers(engine)
    while box.exec_run("test -e /data/begun").exit_code:
        pass

    project.destroy(remove_data=False)

    volumes = {f"{PREFIX}data": {"bind": "/data"}}
    kept = engine.containers.run(IMAGE, "ls /data", volumes=volumes, remove=True)
    assert kept == b"begun\nended\n"


@pytest.mark.docker
def test_a_container_need_not_be_started(project, engine):
    project.program(
        "docker.Container('offline-test-box', image=IMAGE, start=False, command=['ls'])"
    ).up()

    assert [box.status for box in containers(engine)] == ["created"]


@pytest.mark.docker
def test_a_container_that_may_end_is_waited_for_all_the_same(project, engine):
    project.program("""
        docker.Container("offline-test-box", image=IMAGE, command=["false"],
            must_run=False, wait=True, wait_timeout=1,
            healthcheck={"tests": ["CMD", "true"], "interval": "10s"})
    """)

    with pytest.raises(OfflineError, match="is not healthy"):
        project.up()


@pytest.mark.docker
def test_waiting_without_a_health_check_is_an_error(project, engine):
    project.program("""
        docker.Container("offline-test-box", image=IMAGE, command=["sleep", "60"],
            wait=True)
    """)

    with pytest.raises(OfflineError, match="no health check"):
        project.up()


@pytest.mark.docker
def test_a_limit_that_docker_cannot_lift_is_an_error(project, engine):
    box = 'docker.Container("offline-test-box", image=IMAGE, command=["sleep", "60"]{})'
    project.program(box.format(", memory=64")).up()

    with pytest.raises(OfflineError, match="cannot lift memory"):
        project.program(box.format("")).up()


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"ports": [{"internal": 1, "speed": 2}]}, "speed"),
        (
            {"volumes": [{"containerPath": "/a", "selinuxRelabel": "z"}]},
            "selinuxRelabel",
        ),
        ({"volumes": [{"containerPath": "/a", "readOnly": True}]}, "readOnly"),
        (
            {"volumes": [{"fromContainer": "b", "readOnly": True}]},
            "readOnly",
        ),
        (
            {"mounts": [{"type": "bind", "target": "/", "bindOptions": {}}]},
            "bindOptions",
        ),
        ({"healthcheck": {"tests": [], "startInterval": "1s"}}, "startInterval"),
        ({"capabilities": {"drops": [], "all": True}}, "all"),
        ({"labels": [{"label": "a", "value": "b", "c": 1}]}, "c"),
        ({"ulimits": [{"name": "a", "soft": 1, "hard": 1, "d": 1}]}, "d"),
    ],
)
def test_what_is_nested_and_unknown_is_an_error_that_names_it(inputs, named):
    with pytest.raises(OfflineError, match=f"^{named}, beside"):
        request(inputs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", 0),
        ("250ms", 250_000_000),
        ("1m30s", 90_000_000_000),
        ("1.5s", 1_500_000_000),
        ("2h", 7_200_000_000_000),
    ],
)
def test_a_duration_is_read_as_go_does(text, expected):
    assert nanoseconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5 s", "s5", "1m-3s"])
def test_what_is_no_duration_is_an_error(text):
    with pytest.raises(OfflineError, match="is no duration"):
        nanoseconds(text)
