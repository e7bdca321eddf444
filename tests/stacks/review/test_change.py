"""Pull requests as they come, and what a reviewer must learn of each."""

import json
from datetime import date, timedelta

import pytest
import yaml

from stacks.review.markdown import markdown
from stacks.review.record import StackReview
from tests.packages import EXAMPLE, variant

from .request import NEW, PROD, Request

SEALED = {"secure": "v1:aGVsbG8=:c2VhbGVkLXNlYWxlZA=="}


def test_a_change_of_nothing_says_so(request_: Request) -> None:
    (request_.root / "notes.txt").write_text("not of any stack")

    review = request_.review()

    assert {one.stack for one in review.stacks} == {"dev", "prod", "shared", "staging"}
    assert not any(one.changed for one in review.stacks)
    assert "Nothing changes: dev, prod, shared, staging." in markdown([review])


def test_a_new_model_is_told_by_its_metrics_and_its_answers(request_: Request) -> None:
    package = request_.root / EXAMPLE
    old = package.rename(package.with_name("old"))
    variant(old, package, version="1.1.0", metrics={"accuracy": 0.9})

    review = request_.of("dev")

    assert review.release
    assert (str(review.release.before), str(review.release.after)) == (
        "wine 1.0.0",
        "wine 1.1.0",
    )
    assert {one.name: one.after for one in review.release.metrics}["accuracy"] == 0.9
    told = " ".join(review.release.answers)
    assert "rows of" in told
    assert "the same in all" in told
    assert {one.name for one in review.of("replace")} == {"model-1"}
    assert _of(request_, "staging") is False


def test_a_model_that_breaks_its_callers_is_told(request_: Request) -> None:
    request_.edit(
        f"{EXAMPLE}/model.json", lambda text: text.replace('"alcohol"', '"spirit"')
    )
    (request_.root / EXAMPLE / "evidence.json").unlink()  # it is of another package

    review = request_.of("dev")

    assert review.release
    assert ("breaking", "input 'alcohol' is removed") in review.release.schema_changes
    assert "is too small" in review.release.verdict


def test_a_promotion_shows_one_digest_and_nothing_else(request_: Request) -> None:
    image = {"name": "wine", "version": "1.1.0", "digest": NEW}
    request_.write("prod", **{**PROD, "image": image})

    review = request_.of("prod")

    assert review.release
    assert str(review.release.before) == "wine 1.0.0"
    assert review.release.after
    assert (str(review.release.after), review.release.after.digest) == (
        "wine 1.1.0",
        NEW,
    )
    assert not review.of("remove") + review.of("add") + review.of("replace")
    assert not review.refused
    shown = markdown([request_.review()])
    assert "wine 1.0.0 → wine 1.1.0" in shown
    assert "Nothing changes in dev, shared, staging." in shown


def test_less_memory_is_called_out(request_: Request) -> None:
    request_.write("prod", **{**PROD, "service": {"replicas": 2, "memory_mb": 128}})

    review = request_.of("prod")

    assert ("limits", "memory of each model: 256 to 128 MiB") in _notes(review)
    changed = [one.path for one in review.of("change")[0].properties]
    assert any("resources.limits.memory" in path for path in changed)


def take_an_alert(request: Request) -> None:
    """The first of those in a cluster."""
    request.edit(
        "components/kubernetes/monitoring.py",
        lambda text: text.replace(
            "    operator = place",
            "    told['groups'][0]['rules'].pop(0)\n    operator = place",
        ),
    )


def test_an_alert_that_goes_is_called_out_and_breaks_a_rule(request_: Request) -> None:
    take_an_alert(request_)

    review = request_.of("prod")

    assert any(one.subject == "alerts" for one in review.notes), review.notes
    (finding,) = (one for one in review.findings if one.new)
    assert finding.rule == "alerts"
    assert finding.sentence.startswith("nobody is told of")
    assert review.refused


def test_a_waiver_that_lets_nothing_pass_is_named(request_: Request) -> None:
    soon = date.today() + timedelta(days=30)
    waiver = {"judge": "slipway", "reason": "r", "owner": "me", "expires": soon}
    needed = {**waiver, "check": "alerts", "objects": "prod/alerts"}
    file = request_.root / "stacks/waivers.yaml"
    file.write_text(yaml.safe_dump([{**waiver, "check": "user"}, needed]))
    take_an_alert(request_)

    whole, one = request_.review(), request_.review("prod")

    assert not whole.refused, [each.findings for each in whole.stacks]
    assert whole.idle == ("slipway user on *, of me",)
    assert one.idle == (), "another stack may need it"


def test_another_platform_removes_what_serves(request_: Request) -> None:
    request_.write("prod", **{**PROD, "platform": {"kind": "local", "port": 8003}})
    request_.commit("prod is here")
    request_.git("branch", "--force", "main")
    request_.write("prod", **PROD)

    review = request_.of("prod")

    assert review.platform == "local → kubernetes"
    assert any("which serves, is removed" in one for _, one in _notes(review))
    assert {one.type.partition(":")[0] for one in review.of("add")} >= {"kubernetes"}


def test_a_secret_is_named_and_never_shown(request_: Request) -> None:
    service = {"replicas": 2, "secrets": ["API_KEY"]}
    request_.write("prod", **{**PROD, "service": service, "secrets:API_KEY": SEALED})

    added = request_.review()
    request_.commit("a secret")
    request_.git("branch", "--force", "main")
    other = {"secure": "v1:aGVsbG8=:YW5vdGhlci1zZWFsZWQ="}
    request_.write("prod", **{**PROD, "service": service, "secrets:API_KEY": other})
    changed = request_.review()

    (prod,) = (one for one in added.stacks if one.stack == "prod")
    assert ("secrets", "API_KEY read now") in _notes(prod)
    (prod,) = (one for one in changed.stacks if one.stack == "prod")
    shown = [one for each in prod.resources for one in each.properties]
    assert ("[secret]", "[another secret]") in {
        (one.before, one.after) for one in shown
    }
    for told in (added, changed):
        text = markdown([told]) + told.model_dump_json()
        assert "c2VhbGVk" not in text
        assert "YW5vdGhlci1zZWFsZWQ" not in text


def test_what_serves_and_is_replaced_comes_first(request_: Request) -> None:
    request_.edit("stacks/Pulumi.dev.yaml", lambda text: text.replace("8001", "8009"))

    review = request_.of("dev")

    assert review.notes[0].sentence == "model-edge, which serves, is replaced"
    (edge,) = review.of("replace")
    assert (edge.properties[0].before, edge.properties[0].after) == ("8001", "8009")


def test_a_program_that_does_not_parse_is_one_sentence(request_: Request) -> None:
    request_.edit("components/image.py", lambda text: text + "\ndef f(:\n")

    review = request_.of("dev")

    assert "components/image.py, line" in review.error
    assert "SyntaxError" in review.error
    assert review.refused
    assert "It is refused" in markdown([request_.review()])


def test_settings_that_are_wrong_are_told_all_at_once(request_: Request) -> None:
    service = {"replicas": -1, "memory": 3}
    request_.write("prod", **{**PROD, "service": service})

    review = request_.of("prod")

    assert "slipway:service.replicas" in review.error
    assert "slipway:service.memory" in review.error


def test_a_stack_that_is_new_or_gone_is_told_whole(request_: Request) -> None:
    request_.write("fraud-prod", **PROD)
    (request_.root / "stacks/Pulumi.dev.yaml").unlink()

    told = {one.stack: one for one in request_.review("dev", "fraud-prod").stacks}

    assert told["fraud-prod"].of("add")
    assert not told["fraud-prod"].of("remove")
    assert told["dev"].of("remove")
    assert not told["dev"].of("add")


def test_what_main_got_since_is_no_part_of_a_change(
    main: Request, request_: Request
) -> None:
    request_.edit("stacks/Pulumi.dev.yaml", lambda text: text.replace("8001", "8009"))
    request_.commit("the change")
    request_.git("switch", "--quiet", "main")
    request_.write("staging", **{**PROD, "tier": "staging", "upstream": "dev"})
    request_.commit("something else")

    review = request_.review(head="change")

    assert [one.stack for one in review.stacks if one.changed] == ["dev"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_review_is_the_same_after_a_file(request_: Request, form: str) -> None:
    request_.edit("stacks/Pulumi.dev.yaml", lambda text: text.replace("8001", "8009"))
    review = request_.review()

    again = type(review).model_validate_json(review.model_dump_json())

    assert again == review
    assert json.loads(review.model_dump_json())["stacks"]


def _notes(review: StackReview) -> set[tuple[str, str]]:
    return {(one.subject, one.sentence) for one in review.notes}


def _of(request_: Request, stack: str) -> bool:
    return request_.of(stack).changed
