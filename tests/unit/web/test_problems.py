"""RFC 9457 everywhere: each kind documented, each error answered by who must act, nothing of our insides told."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from crossdock.app.access import Scope
from crossdock.kernel.errors import Bug, Conflict, Overloaded, Permanent, Rejected, Throttled, Transient
from crossdock.web.api.problems import KINDS, Problem, problem_of
from tests.unit.web.bench import Front, envelope, problem

URL = "/v1/partners/ERP1/messages"


@pytest.mark.parametrize("slug", sorted(KINDS))
async def test_type_of_each_problem_leads_to_its_explanation(front: Front, slug: str) -> None:
    raised = Problem(slug, "something")
    page = await front.http.get(raised.body.type)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/plain")
    assert KINDS[slug].title in page.text
    assert KINDS[slug].remedy in page.text
    assert str(KINDS[slug].status) in page.text


async def test_unknown_problem_type_is_not_found(front: Front) -> None:
    assert "no problem type" in str(problem(await front.http.get("/v1/problems/none"), "not-found")["detail"])


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (Rejected("mend it", where="$.a"), "malformed"),
        (Throttled("slowly", retry_after_s=3), "too-fast"),
        (Overloaded("full"), "overloaded"),
        (Conflict("again"), "unavailable"),
        (Transient("away"), "unavailable"),
        (Permanent("a person"), "bug"),
        (Bug("ours"), "bug"),
        (RecursionError(), "malformed"),
        (KeyError("secret"), "bug"),
    ],
)
def test_class_of_the_error_decides_the_answer(error: Exception, slug: str) -> None:
    answer = problem_of(error)
    assert answer.slug == slug
    assert "secret" not in answer.body.detail
    assert ("retry-after" in answer.headers) == (KINDS[slug].status in (429, 503))


@pytest.mark.parametrize("path", ["/", "/v1", "/v2/orders", "/v1/orders/SO-1/nothing", "/v1/partners//x", "/%ff"])
async def test_unknown_address_is_a_problem(front: Front, path: str) -> None:
    problem(await front.http.get(path), "route-unknown")


async def test_wrong_method_names_the_right_ones(front: Front) -> None:
    answer = await front.http.delete("/v1/orders")
    problem(answer, "method-not-allowed")
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=0", "limit: "),
        ("limit=201", "limit: "),
        ("limit=many", "limit: "),
        ("cursor=-1", "the cursor is not one we gave"),
        ("cursor=" + "9" * 19, "the cursor is not one we gave"),
        ("cursor=" + "9" * 65, "cursor: "),
    ],
)
async def test_wrong_parameter_is_named(front: Front, query: str, sentence: str) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ)
    answer = await front.http.get(f"/v1/orders?{query}", headers=key)
    assert sentence in str(problem(answer, "parameter-wrong")["detail"])


@pytest.mark.parametrize("path", [URL, "/v1/orders"])
async def test_bug_says_nothing_of_our_insides_and_is_logged_once(front: Front, path: str) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE, Scope.ORDERS_WRITE)
    front.intake.trouble = Bug("row 17 of table event")
    with capture_logs() as logs:
        answer = await front.http.post(path, content=envelope(), headers={**key, "content-type": "application/json"})
    refusal = problem(answer, "bug")
    assert answer.status_code == 500
    assert "row 17" not in answer.text
    assert "traceparent" in str(refusal["detail"])
    failures = [one["traceparent"] for one in logs if one["event"] == "request.failed"]
    assert failures == [answer.headers["traceparent"]]


async def test_problems_of_the_router_carry_the_same_headers_as_all_answers(front: Front) -> None:
    answer = await front.http.get("/nowhere")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["traceparent"].startswith("00-")


async def test_health_tells_life_from_readiness() -> None:
    front = Front(missing=("PostgreSQL does not answer", "2 migrations are missing"))
    assert (await front.http.get("/v1/health/live")).json() == {"state": "live", "missing": []}
    answer = await front.http.get("/v1/health/ready")
    assert problem(answer, "not-ready")["detail"] == "PostgreSQL does not answer; 2 migrations are missing"
    assert answer.headers["retry-after"] == "1"
    assert (await Front().http.get("/v1/health/ready")).json()["state"] == "ready"
