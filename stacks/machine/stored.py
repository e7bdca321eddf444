"""What a destroyed stack leaves on this machine, for those who want it gone as well."""

import docker
import docker.errors

from stacks.settings import local_state
from stacks.settings.stack import StackSettings

from .base_image import MEMORY


def remove_stored(stack: str, settings: StackSettings) -> None:
    """
    Remove the stack's volumes and, with the shared stack, every image made here.

    Docker's copies of pushed images are shared by all stacks of a registry, and so is
    the base; an image that a container still uses stays. The ledger stays: it is
    history, not data.
    """
    client = docker.from_env()
    labelled: dict[str, str] = {"label": f"slipway.stack={stack}"}
    for volume in client.volumes.list(filters={**labelled}):
        volume.remove()
    if settings.tier != "shared":
        return
    made = (f"{settings.registry.address}/", "slipway/")
    # Not `images.list`, which asks again for each; one may be gone by then.
    for image in client.api.images():
        for name in (*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())):
            if name.startswith(made):
                _remove(client, name)
    (local_state.folder() / MEMORY).unlink(missing_ok=True)


def _remove(client: docker.DockerClient, name: str) -> None:
    try:
        client.images.remove(name)
    except docker.errors.ImageNotFound:
        pass
    except docker.errors.APIError as error:
        if error.status_code != 409:
            raise
