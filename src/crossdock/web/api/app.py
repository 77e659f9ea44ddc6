"""The HTTP API as one Litestar application, with the hot door in front of its router.

Whatever happens, the answer carries the security headers, the trace context and, for a known caller, the rate limit.
Whatever goes wrong is a problem (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

from crossdock.ports.reach import confined
from crossdock.web.api import reference, specification
from crossdock.web.api.deps import ApiDeps, ApiLimits
from crossdock.web.api.fresh import Fresh
from crossdock.web.api.gate import Caller, Gate
from crossdock.web.api.guards import provide_caller
from crossdock.web.api.ingress import BATCH, MESSAGES, PATH, Call, Ingress, match
from crossdock.web.api.lifecycle import retirement_of, told_by
from crossdock.web.api.line import UNKNOWN_ROUTE, RequestLine
from crossdock.web.api.once import HEADER, Once
from crossdock.web.api.problems import MEDIA_TYPE, Problem, is_ours, problem_of
from crossdock.web.api.reasons import provide_reason
from crossdock.web.api.routes import HANDLERS
from crossdock.web.api.stream import Streams
from crossdock.web.api.veil import Veil
from crossdock.web.api.wire import (
    SECURITY_HEADERS,
    Headers,
    answer,
    answer_problem,
    headers_of,
    is_given,
    traceparent_of,
)

log = structlog.get_logger("crossdock.web")

# Where the trace's id stands in a `traceparent` (W3C Trace Context §3.2.2).
TRACE_ID = slice(3, 35)
MESSAGES_ROUTE, BATCH_ROUTE = (f"{PATH}{{partner}}/{tail}" for tail in (MESSAGES, BATCH))


def build_api(deps: ApiDeps, handlers: Sequence[HTTPRouteHandler] = HANDLERS) -> Api:
    """The application over these ports; `handlers` are other than ours in tests of versions side by side.

    Raises:
        Permanent: settings or secrets of partners cannot be used; all of them are named.
    """
    api = _routed(handlers, deps)
    api.open(deps)
    return api


def described() -> bytes:
    """The OpenAPI document, without a hub behind it."""
    return specification.document(_routed(HANDLERS, None))


def _routed(handlers: Sequence[HTTPRouteHandler], deps: ApiDeps | None) -> Api:
    return Api(
        list(handlers),
        dependencies={
            "deps": Provide(lambda: deps, sync_to_thread=False),
            "caller": Provide(provide_caller),
            "reasoned": Provide(provide_reason),
        },
        exception_handlers={Exception: _to_problem},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=(deps.limits if deps is not None else ApiLimits()).body_bytes_max,
        signature_types=[ApiDeps, Caller],
    )


class Api(Litestar):
    """Litestar behind a door of our own; see the module."""

    def open(self, deps: ApiDeps) -> None:
        """Hand in the ports. Before this nothing is answered."""
        self.deps = deps
        self.gate = Gate(deps)
        self.ingress = Ingress(deps, self.gate)
        self.once = Once(deps, self.gate)
        self.state.deps = deps
        self.state.gate = self.gate
        self.state.document = specification.document(self)
        self.state.streams = Streams(deps.limits)
        self.state.page = reference.page(self.state.document)

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Answer one request; lifespan and anything but HTTP is the framework's."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        await self._answer(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        given = traceparent_of(headers, self.deps.dice)
        traces = self.deps.traces
        parent = given if traces is not None and is_given(headers, given) else ""
        trace = traces.begin(parent) if traces is not None else given
        traced = [(b"traceparent", trace.encode("ascii"))]
        line = RequestLine(receive, send)
        found = match(scope["path"])
        if found is None:
            inner = partial(self._routed, scope, trace, line)
        else:
            inner = partial(self._hot, scope, headers, trace, found, line)
        try:
            if HEADER in headers and scope["method"] == "POST":
                await self.once.run(scope, line.receive, line.send, headers, inner)
            else:
                await inner(line.receive, line.send)
        except Exception as error:  # noqa: BLE001  (the loop's edge: whatever happened, the caller gets an answer)
            await answer_problem(line.send, _told(error, trace), traced)
        finally:
            line.write(scope, trace[TRACE_ID])
            line.count(scope, self.deps.meter)
            if traces is not None:
                line.span(scope, traces, trace, parent)

    async def _hot(
        self,
        scope: HTTPScope,
        headers: dict[bytes, bytes],
        trace: str,
        found: tuple[str, bool],
        line: RequestLine,
        receive: Receive,
        send: Send,
    ) -> None:
        traced = (b"traceparent", trace.encode("ascii"))
        now = self.deps.clock.now()
        line.route = BATCH_ROUTE if found[1] else MESSAGES_ROUTE
        call = Call(found[0], found[1], headers, scope["query_string"], trace, now, receive)
        try:
            if scope["method"] != "POST":
                raise Problem("method-not-allowed", "messages are sent by POST", headers={"allow": "POST"})
            reply, caller = await self.ingress.take(call)
        except Exception as error:  # noqa: BLE001  (as above)
            await answer_problem(send, _told(error, trace), [traced])
            return
        finally:
            line.partner = call.caller.partner if call.caller is not None else ""
        await answer(send, reply.status, reply.body, extra=(traced, *self.gate.rate_headers(caller)))

    async def _routed(self, scope: HTTPScope, trace: str, line: RequestLine, receive: Receive, send: Send) -> None:
        state = cast("dict[str, object]", scope.setdefault("state", {}))
        state["traceparent"] = trace

        fresh = Fresh(send, headers_of(scope).get(b"if-none-match", b"")) if scope["method"] == "GET" else None
        inner = Veil(fresh.send if fresh is not None else send, state).send

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._dress(scope, list(message["headers"]), trace)
            await inner(message)

        # A key's reach ends with its request, also where several are answered in one task.
        with confined():
            await super().__call__(scope, receive, dressed)
        line.route = scope.get("path_template") or UNKNOWN_ROUTE
        caller = state.get("caller")
        line.partner = caller.partner if isinstance(caller, Caller) else ""

    def _dress(self, scope: HTTPScope, said: Headers, trace: str) -> Headers:
        caller = cast("dict[str, object]", scope["state"]).get("caller")
        rate = self.gate.rate_headers(caller) if isinstance(caller, Caller) else []
        # A page of ours may need a wider policy than an answer in JSON; it says so itself.
        own = {name.lower() for name, _ in said}
        secured = [one for one in SECURITY_HEADERS if one[0] not in own]
        retired = told_by(retirement_of(scope.get("route_handler"), scope["path"]))
        return [*said, *secured, (b"traceparent", trace.encode("ascii")), *rate, *retired]


def _to_problem(request: Request[object, object, State], error: Exception) -> Response[bytes]:
    trace = cast("str", request.scope["state"].get("traceparent", ""))
    problem = _told(_translated(error), trace)
    return Response(problem.encoded(), status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers)


def _told(error: Exception, trace: str) -> Problem:
    """The problem, and a log line where the failure is ours."""
    problem = problem_of(error)
    if problem.slug == "bug" and not is_ours(error):
        log.error("request.failed", traceparent=trace, exc_info=error)
    return problem


def _translated(error: Exception) -> Exception:
    """The framework's own refusals as ours."""
    match error:
        case NotFoundException():
            return Problem("route-unknown", "there is no such address: /v1/openapi.json lists what there is")
        case MethodNotAllowedException():
            return Problem(
                "method-not-allowed", "this address does not take that method", headers=dict(error.headers or {})
            )
        case ValidationException():
            return Problem("parameter-wrong", _parameters(error))
        case HTTPException(status_code=413):
            return Problem("body-too-large", "the body is too large: split it and send the parts")
        case HTTPException(status_code=status) if status < 500:
            return Problem("malformed", error.detail or "the request cannot be read")
        case _:
            return error


def _parameters(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    wrong = [f"{one.get('key', '')}: {one.get('message', '')}" for one in extra if isinstance(one, dict)]
    return "; ".join(wrong) or error.detail
