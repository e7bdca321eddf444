"""Writes what `bentoml containerize` gives to docker: `context.py FOLDER`."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import shutil
import sys

import bentoml

# There is no public way to it, and the bento alone holds no model.
from bentoml._internal.container import construct_containerfile

with construct_containerfile(bentoml.bentos.get("net:latest")) as (folder, _):
    shutil.copytree(folder, sys.argv[1])
