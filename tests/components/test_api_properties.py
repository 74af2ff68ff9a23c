"""Every API that the config can say: what it grants, and what the deployment is told."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

import oci_iam
from components.api_specification import Api, RouteTo, specification
from components.errors import checks_of
from components.grants.connectors import GatewayIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.values.ai_endpoint import LONGEST_CONDITION, AiEndpoint, conditions, custom_rules
from components.values.api_route import ApiRoute, Method, RateLimit
from components.values.sec_rule import check_template, render_template
from oci_iam.workload import judge_workload
from tests.components.arguments import COMPARTMENT, TOKENS
from tests.components.test_connection_properties import ELSEWHERE, ids

WORDS = st.from_regex(r"[a-z][a-z0-9.:/_-]{0,30}", fullmatch=True)
METHODS = st.sampled_from([each for each in get_args(Method) if each != "ANY"])
SOME_METHODS = st.lists(METHODS, min_size=1, unique=True).map(tuple)
MEDIA_TYPES = st.from_regex(r"[a-z]{1,12}/(\*|[a-z0-9.+-]{1,40})", fullmatch=True)
SEGMENT = st.one_of(st.from_regex(r"[a-z0-9_.~-]{1,9}", fullmatch=True), st.just("{id}"))
PATHS = st.one_of(
    st.just("/"),
    st.lists(SEGMENT, min_size=1, max_size=4)
    .filter(lambda said: said.count("{id}") < 2)
    .map(lambda said: "/" + "/".join(said)),
)
"""What the config lets through, told apart from its own checks."""


@st.composite
def routes(draw: st.DrawFn) -> ApiRoute:
    """Any route."""
    anonymous = draw(st.booleans())
    return ApiRoute(
        path=draw(PATHS),
        methods=draw(st.one_of(SOME_METHODS, st.just(("ANY",)))),
        scopes=() if anonymous else tuple(draw(st.lists(WORDS, max_size=3))),
        anonymous=anonymous,
        content_types=tuple(draw(st.lists(MEDIA_TYPES, max_size=2))),
        body_required=draw(st.booleans()),
    )


ENDPOINTS = st.builds(
    AiEndpoint,
    methods=SOME_METHODS,
    content_types=st.lists(MEDIA_TYPES, min_size=1, max_size=5).map(tuple),
    max_body_in_bytes=st.integers(1, 6 * 1024 * 1024),
)


@given(gateway=ids("apigateway"), function=ids("fnfunc"), where=st.sampled_from([COMPARTMENT, ELSEWHERE]))
def test_the_narrow_grant_passes_both_judges(gateway: str, function: str, where: str) -> None:
    """At their strictest, without a note: one gateway, one function, nothing but invoking."""
    known: Any = {"function": function}
    target = FunctionIdentity(**known, compartment_id=where)

    text = allow(GatewayIdentity(compartment_id=COMPARTMENT, gateway=gateway)).to_invoke(target).judged_text()

    verdict, as_workload = oci_iam.judge(text), judge_workload(text)
    assert (verdict.verdict, as_workload.verdict) == ("ok", "ok")
    assert verdict.notes == as_workload.notes == ()
    assert verdict.permissions == {"FN_INVOCATION"}
    assert f"request.principal.id = '{gateway}'" in text
    assert f"target.function.id = '{function}'" in text


@given(gateway=ids("apigateway"), function=ids("fnfunc"))
def test_the_documented_grant_is_what_the_judges_say(gateway: str, function: str) -> None:
    """Not over-broad as to functions, which Oracle's page has it from; a whole family as a workload's grant,
    and that alone."""
    known: Any = {"function": function}
    target = FunctionIdentity(**known, compartment_id=COMPARTMENT)

    grant = allow(GatewayIdentity(compartment_id=ELSEWHERE, gateway=gateway)).to_invoke_as_documented(target)

    text = grant.judged_text()
    assert oci_iam.judge(text).verdict == "ok"
    assert [each.code for each in judge_workload(text).findings] == ["workload-whole-family"]
    assert f"request.resource.compartment.id = '{ELSEWHERE}'" in text


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), routes(), min_size=1, max_size=5))
def test_a_route_is_open_only_where_it_says_so(said: dict[str, ApiRoute]) -> None:
    """Whatever the config says: anonymous by name, else a scope or at least a token; and every policy is told
    whole, so that none is kept from before."""
    assert [each for route in said.values() for each in (route.problem(),) if each] == []
    for route in said.values():
        for check, value in checks_of(route).values():
            check(value)
    function: Any = type("Function", (), {"id": "ocid1.fnfunc.oc1..a"})()
    to = {name: RouteTo(route=route, function=function) for name, route in said.items()}

    told: Any = specification(
        Api(routes=to, tokens=TOKENS, rate_limit=RateLimit(), cors=None, log_level="INFO")
    )

    authentication = told.request_policies.authentication
    assert authentication.is_anonymous_access_allowed == any(each.anonymous for each in said.values())
    for (_, route), sent in zip(sorted(said.items()), told.routes, strict=True):
        authorization = sent.request_policies.authorization
        expected = "ANONYMOUS" if route.anonymous else "ANY_OF" if route.scopes else "AUTHENTICATION_ONLY"
        assert (authorization.type, authorization.allowed_scopes) == (expected, list(route.scopes))
        body = sent.request_policies.body_validation
        checked = route.body_required or bool(route.content_types)
        assert body.validation_mode == ("ENFORCING" if checked else "DISABLED")
        assert body.required == route.body_required


@given(ENDPOINTS)
def test_every_rule_set_can_be_published(endpoint: AiEndpoint) -> None:
    """As templates of the edge, and as conditions of the regional firewall within OCI's length."""
    for check, value in checks_of(endpoint).values():
        check(value)
    for each in custom_rules(endpoint).values():
        check_template(render_template(each))
    for condition in conditions(endpoint).values():
        assert len(condition.holds) <= LONGEST_CONDITION
        assert condition.holds.count("'") % 2 == 0
