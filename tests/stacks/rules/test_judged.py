"""A finding is open or waived, and a waiver that holds no more is named."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.rules import Finding, Waiver, read_waivers, sorted_out
from stacks.rules.waivers import FILE, LONGEST
from stacks.settings.mistakes import SettingsError
from tests.estate import ROOT

TODAY = date(2026, 11, 29)
FOUND = Finding("user", "model-1", "it may run as root; run it as 10001")
WRITTEN = {
    "judge": "slipway",
    "check": "user",
    "objects": "prod/model-*",
    "reason": "a trial",
    "owner": "platform",
    "expires": TODAY,
}
FINDINGS = st.builds(
    Finding,
    st.sampled_from(["user", "root"]),
    st.sampled_from(["model-1", "model-2", "edge"]),
    st.sampled_from(["one", "another"]),
)
WAIVERS = st.builds(
    Waiver,
    judge=st.sampled_from(["slipway", "trivy"]),
    check=st.sampled_from(["user", "root"]),
    objects=st.sampled_from(["*", "prod/*", "dev/*", "prod/model-?", "*/edge"]),
    reason=st.just("a trial"),
    owner=st.just("platform"),
    expires=st.integers(-3, 400).map(lambda days: TODAY + timedelta(days=days)),
)


def waiver(**changed: object) -> Waiver:
    return Waiver.model_validate({**WRITTEN, **changed})


@given(findings=st.lists(FINDINGS), waivers=st.lists(WAIVERS, max_size=5))
def test_every_finding_is_once_either_open_or_waived(
    findings: list[Finding], waivers: list[Waiver]
) -> None:
    out = sorted_out(findings, "prod", waivers, TODAY)

    waived = [one for one, _ in out.waived]
    assert len(out.open) + len(waived) == len(set(findings))
    assert {*out.open, *waived} == set(findings)
    for one, by in out.waived:
        assert (by.judge, by.check) == ("slipway", one.rule)
        assert TODAY <= by.expires <= TODAY + LONGEST


@given(findings=st.lists(FINDINGS), waivers=st.lists(WAIVERS, max_size=5))
def test_a_waiver_less_never_lets_more_pass(
    findings: list[Finding], waivers: list[Waiver]
) -> None:
    every = sorted_out(findings, "prod", waivers, TODAY)
    fewer = sorted_out(findings, "prod", waivers[1:], TODAY)

    assert set(every.open) <= set(fewer.open)


def test_a_waiver_holds_up_to_its_last_day() -> None:
    out = sorted_out([FOUND], "prod", [waiver()], TODAY)
    assert (out.open, out.waived, out.expired) == ((), ((FOUND, waiver()),), ())


def test_the_day_after_it_is_named_and_the_finding_open() -> None:
    late = TODAY + timedelta(days=1)

    out = sorted_out([FOUND, FOUND], "prod", [waiver()], late)

    assert out.open == (FOUND,)
    (sentence,) = out.expired
    assert sentence.startswith("slipway user on prod/model-*, of platform, expired on")


def test_one_for_longer_than_a_year_lets_nothing_pass() -> None:
    out = sorted_out([FOUND], "prod", [waiver(expires="2028-01-01")], TODAY)
    assert out.open == (FOUND,)
    assert "decide again in a year" in out.expired[0]


@pytest.mark.parametrize(
    "changed",
    [
        {"judge": "trivy"},
        {"check": "root"},
        {"objects": "dev/*"},
        {"objects": "model-*"},
    ],
)
def test_what_it_is_not_about_stays_open(changed: dict[str, object]) -> None:
    out = sorted_out([FOUND], "prod", [waiver(**changed)], TODAY)
    assert (out.open, out.waived, out.expired) == ((FOUND,), (), ())


def test_the_clones_own_file_can_be_read() -> None:
    assert read_waivers(ROOT / FILE)


@pytest.mark.parametrize("text", [None, "", "# nothing is waived\n"])
def test_there_need_be_no_waivers(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "waivers.yaml"
    if text is not None:
        file.write_text(text)
    assert read_waivers(file) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {judge: slipway}", "waiver 1 check: field required"),
        ("waivers: []", "the file: input should be a valid tuple"),
        ("- judge: [", "is not YAML"),
        ("- {judge: a, check: b, reason: c, owner: d, expires: soon}", "1 expires:"),
        ("- {judge: a, check: b, until: 2027-01-01}", "waiver 1 until: extra inputs"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(text)

    with pytest.raises(SettingsError) as refused:
        read_waivers(file)

    assert str(refused.value).startswith(str(file))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
