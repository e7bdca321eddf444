"""Puts a model into BentoML's store: `stored.py FILE`."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
import shutil
import sys

import bentoml

with bentoml.models.create("net") as model:
    shutil.copy(sys.argv[1], model.path)
