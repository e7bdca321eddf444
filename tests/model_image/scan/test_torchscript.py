"""TorchScript archives hold tensors and code that computes."""

import pickle
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.scan.torchscript import scan_torchscript
from tests.model_image.scan.archives import TORCHSCRIPT, zipped
from tests.model_image.scan.canary import Canary
from tests.model_image.scan.hostile import ATTACKS, call, name, text

NOBODY: frozenset[str] = frozenset()
TENSOR = (
    b"\x80\x02"
    + b"c__torch__\nM\n)\x81}"
    + text("weight")
    + b"ctorch._utils\n_rebuild_tensor_v2\n(("
    + text("storage")
    + b"ctorch\nFloatStorage\n"
    + text("0")
    + text("cpu")
    + b"K\x01tQK\x00(K\x01t(K\x01t\x89ccollections\nOrderedDict\n)RtRsb."
)


def saved(path: Path, **changed: bytes) -> Path:
    members = {f"model/{k.replace('__', '/')}": v for k, v in changed.items()}
    return zipped(path, TORCHSCRIPT | members)


def with_code(path: Path, code: bytes) -> Path:
    return zipped(path, TORCHSCRIPT | {"model/code/__torch__/m.py": code})


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        scan_torchscript(path, NOBODY)
    return str(refused.value)


def test_a_module_with_a_tensor_passes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "model.pt", TORCHSCRIPT | {"model/data.pkl": TENSOR})

    assert "__torch__.M" in scan_torchscript(path, NOBODY).globals


@pytest.mark.parametrize("member", ["data.pkl", "constants.pkl", "code/m.py.debug_pkl"])
@pytest.mark.parametrize("attack", ["reduce", "system", "extension", "no end"])
def test_an_attack_in_any_of_its_pickles_is_refused(
    attack: str, member: str, canary: Canary, tmp_path: Path
) -> None:
    pickled = ATTACKS[attack](canary)

    refusal(zipped(tmp_path / "m.pt", TORCHSCRIPT | {f"model/{member}": pickled}))


def test_what_a_pickle_of_python_may_name_a_module_may_not(tmp_path: Path) -> None:
    member = {"model/data.pkl": call("sklearn.svm._classes", "SVC")}

    assert "SVC" in refusal(zipped(tmp_path / "m.pt", TORCHSCRIPT | member))


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (b'y = torch.from_file("/tmp/x", True, 1)', "torch.ops.aten.from_file"),
        (b'torch . from_file ("/x", True, 1)', "torch.ops.aten.from_file"),
        (b'torch.# x\nsave(x, "/x")', "torch.ops.aten.save"),
        (b't = torch\nt.save(x, "/x")', "torch.ops.aten.save"),
        (b"ops.profiler._record_function_enter(1)", "torch.ops.profiler"),
        (b"ops.mine.run(x)", "torch.ops.mine.run"),
        (b"o = ops", "torch.ops"),
        (b"x : __torch__.torch.classes.mine.Thing", "torch.classes.mine"),
    ],
)
def test_code_that_does_more_than_compute_is_named(
    code: bytes, named: str, tmp_path: Path
) -> None:
    assert named in refusal(with_code(tmp_path / "model.pt", code))


@pytest.mark.parametrize(
    "code",
    [
        b"return torch.relu(torch.add(x, y))",
        b'ops.prim.RaiseException("use ops or torch.save(x) instead")',
        b"return ops.quantized.linear(x, w, 1., 0)",
        b"_0 : __torch__.torch.classes.quantized.LinearPackedParamsBase",
    ],
)
def test_code_that_computes_passes(code: bytes, tmp_path: Path) -> None:
    path = with_code(tmp_path / "model.pt", code)

    assert scan_torchscript(path, NOBODY)


def test_quotes_that_hide_code_are_refused(tmp_path: Path) -> None:
    code = b'x = """ " """; torch.save(x, "y") # "'

    assert "quotes" in refusal(with_code(tmp_path / "model.pt", code))


def test_the_operator_may_trust_an_operation(tmp_path: Path) -> None:
    path = with_code(tmp_path / "model.pt", b"ops.mine.run(x)")

    assert scan_torchscript(path, frozenset({"torch.ops.mine.*"}))


def test_a_member_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    members = TORCHSCRIPT | {"model/../../data/0": b""}

    assert "outside" in refusal(zipped(tmp_path / "model.pt", members))


def test_names_beside_tensors_are_refused(tmp_path: Path) -> None:
    pickled = b"\x80\x02" + name("torch.hub", "load") + b"."

    member = {"model/data.pkl": pickled, "model/x.pkl": pickle.dumps(1)}

    assert "torch.hub.load" in refusal(zipped(tmp_path / "m.pt", TORCHSCRIPT | member))
