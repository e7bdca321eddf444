"""The cluster that a platform's settings lead to, and no other."""

import asyncio
import atexit
import json
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache, cached_property
from threading import Thread
from typing import Any, TypeVar

import httpx
import httpx_ws
import kr8s
import kr8s.asyncio
from kr8s.asyncio.objects import Pod

from .cluster_error import ClusterError
from .kubernetes import KubernetesPlatform

Manifest = dict[str, Any]
_T = TypeVar("_T")
_PATIENCE_S = 30
_GROUPS = {"deployments": "apps/v1", "cronjobs": "batch/v1", "jobs": "batch/v1"}
"""Those that are not of the first group."""


class Cluster:
    """
    The API of the cluster that a context leads to, seen from one namespace.

    Which context is current in the kubeconfig has no say, and a context that leads to
    another server than the settings name is a ClusterError.
    """

    def __init__(self, platform: KubernetesPlatform) -> None:
        self._platform = platform
        self.namespace = platform.namespace

    def path(self, resource: str, name: str | None = None) -> str:
        """Where the API has the namespace's pods, deployments, ..., or one of them."""
        group = _GROUPS.get(resource)
        root = f"/apis/{group}" if group else "/api/v1"
        parts = [root, "namespaces", self.namespace, resource, name]
        return "/".join(filter(None, parts))

    def list(
        self, path: str, labels: Mapping[str, str] | None = None, **params: str
    ) -> list[Manifest]:
        """The objects at a path, such as `/api/v1/namespaces/a/pods`."""
        if labels:
            params["labelSelector"] = ",".join(f"{k}={v}" for k, v in labels.items())
        return self.ask("GET", path, params=params)["items"]

    def get(self, path: str) -> Manifest | None:
        """The object at a path; None where there is none."""
        try:
            return self.ask("GET", path)
        except ClusterError as error:
            if error.code == 404:
                return None
            raise

    def create(self, path: str, manifest: Manifest) -> Manifest:
        """Make an object."""
        return self.ask("POST", path, body=manifest)

    def apply(self, path: str, manifest: Manifest, manager: str) -> Manifest:
        """Server-side, strictly; what `manager` said before and says no more goes."""
        said = {"fieldManager": manager, "force": "true", "fieldValidation": "Strict"}
        kind = "application/apply-patch+yaml"
        return self.ask("PATCH", path, body=manifest, kind=kind, params=said)

    def delete(
        self, path: str, grace_s: int | None = None, *, alone: bool = False
    ) -> None:
        """Remove an object, and what it owns unless `alone`; gone already is fine."""
        options: Manifest = {"propagationPolicy": "Orphan" if alone else "Background"}
        if grace_s is not None:
            options["gracePeriodSeconds"] = grace_s
        try:
            self.ask("DELETE", path, body=options)
        except ClusterError as error:
            if error.code != 404:
                raise

    def allows(self, verb: str, resource: str, group: str = "") -> bool:
        """Whether whoever asks may do this in the namespace; `a/b` is a subresource."""
        name, _, sub = resource.partition("/")
        asked = {"verb": verb, "group": group, "resource": name, "subresource": sub}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"namespace": self.namespace, **asked}},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return self.create(path, review)["status"]["allowed"]

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        kind: str = "application/json",
        params: Mapping[str, str] | None = None,
    ) -> Manifest:
        """
        One request; raises ClusterError.

        A question is asked again for a while when there is no answer: a control plane
        that is renewed is away for a moment, which is no release's fault.
        """
        _ = self._connection  # what the settings have wrong does not pass by itself
        until = time.monotonic() + (_PATIENCE_S if method == "GET" else 0)
        while True:
            try:
                return self._ask(method, path, body, kind, params)
            except ClusterError as error:
                away = error.code is None or error.code == 429 or error.code >= 500
                if not away or time.monotonic() > until:
                    raise
            time.sleep(1)

    def _ask(
        self,
        method: str,
        path: str,
        body: Any,
        kind: str,
        params: Mapping[str, str] | None,
    ) -> Manifest:
        content = None if body is None else json.dumps(body)
        root, _, rest = path.removeprefix("/").partition("/")

        async def answer(api: kr8s.asyncio.Api) -> Manifest:
            async with api.call_api(
                method,
                version="",
                base=f"/{root}",
                url=rest,
                content=content,
                headers={"content-type": kind},
                params=params,
                timeout=_PATIENCE_S,
            ) as response:
                return response.json()

        with _one_sentence():
            return self._wait(answer(self._api))

    def run(self, pod: str, container: str, command: Sequence[str]) -> tuple[int, str]:
        """The exit code of a command in a container, and all that it printed."""

        async def done(api: kr8s.asyncio.Api) -> tuple[int, str]:
            run = self._pod(pod, api).exec
            ended = await run(list(command), container=container, check=False)
            text = (ended.stdout + ended.stderr).decode(errors="replace")
            return ended.returncode, text

        with _one_sentence():
            return self._wait(done(self._api))

    def page(self, pod: str, port: int, path: str) -> str:
        """
        What a port of a pod answers, on a way that no network policy bars.

        Unlike a command in the container it takes nothing of the pod's processors.
        """

        async def answer(api: kr8s.asyncio.Api) -> str:
            forward = self._pod(pod, api).portforward(port, local_port="auto")
            async with forward as here, httpx.AsyncClient(trust_env=False) as client:
                url = f"http://127.0.0.1:{here}{path}"
                found = await client.get(url, timeout=_PATIENCE_S)
            found.raise_for_status()
            return found.text

        with _one_sentence():
            return self._wait(answer(self._api))

    @asynccontextmanager
    async def forwarded(self, pod: str, port: int) -> AsyncIterator[int]:
        """A port on loopback that leads to one of a pod, in the loop of the caller."""
        api = await _reached(self._platform.context)
        async with self._pod(pod, api).portforward(port, local_port="auto") as here:
            yield here

    def log(
        self,
        pod: str,
        container: str,
        *,
        follow: bool = False,
        previous: bool = False,
        tail: int | None = None,
    ) -> Iterator[str]:
        """The lines of a container's log, or of its last life's."""
        with _one_sentence():
            lines = self._pod(pod, self._api).logs(
                container=container, follow=follow, previous=previous, tail_lines=tail
            )
            while (line := self._wait(_next(lines))) is not None:
                yield line

    @property
    def _api(self) -> kr8s.asyncio.Api:
        return self._connection.api

    def _wait(self, asked: Coroutine[Any, Any, _T]) -> _T:
        return self._connection.wait(asked)

    @cached_property
    def _connection(self) -> "_Connection":
        with _one_sentence():
            connection = _connection(self._platform.context)
        server, wanted = connection.api.auth.server, self._platform.server
        if wanted and server.rstrip("/") != wanted.rstrip("/"):
            raise ClusterError(
                f"the context {self._platform.context} leads to {server}, and "
                f"slipway:platform.server is {wanted}; mend the one that is wrong"
            )
        return connection

    def _pod(self, name: str, api: kr8s.asyncio.Api) -> Pod:
        place = {"name": name, "namespace": self.namespace}
        return Pod({"metadata": place, "spec": {}}, api=api)


class _Connection:
    """What all who look at one cluster share: a loop of its own, and a session."""

    def __init__(self, context: str) -> None:
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        self.api = self.wait(_reached(context))
        atexit.register(self.close)

    def wait(self, asked: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    def close(self) -> None:
        """What is left open at the end of a process would be complained of."""
        session = self.api._session
        if session is not None:
            self.wait(session.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)


@cache
def _connection(context: str) -> _Connection:
    return _Connection(context)


async def _next(lines: AsyncIterator[str]) -> str | None:
    return await anext(lines, None)


async def _reached(context: str) -> kr8s.asyncio.Api:
    # kr8s leaves the keys of a kubeconfig in files of the temporary folder.
    with tempfile.TemporaryDirectory() as keys:
        before, tempfile.tempdir = tempfile.tempdir, keys
        try:
            return await kr8s.asyncio.api(context=context)
        finally:
            tempfile.tempdir = before


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Whatever the client raises, as a ClusterError."""
    try:
        yield
    except kr8s.ServerError as error:
        code = error.response.status_code if error.response is not None else None
        raise ClusterError(str(error), code) from None
    except (httpx.HTTPError, httpx_ws.HTTPXWSException, OSError) as error:
        text = str(error) or type(error).__name__
        raise ClusterError(f"the cluster does not answer ({text})") from None
    except kr8s.APITimeoutError:
        raise ClusterError(f"the cluster did not answer in {_PATIENCE_S} s") from None
    except (KeyError, RuntimeError) as error:
        # What a kubeconfig lacks, or a program for logging in that it names.
        raise ClusterError(f"the kubeconfig leads nowhere ({error})") from None
    except (ValueError, kr8s.ExecError) as error:
        raise ClusterError(str(error)) from None
