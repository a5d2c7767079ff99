"""The FastAPI application around the areas' routers: errors become the envelope, always."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.errors import AppError
from shared.schemas.common import ErrorCode, ErrorEnvelope
from shared.server.http.errors import (
    Refused,
    RequestContext,
    envelope,
    internal,
    not_found,
    status_of,
)
from shared.server.http.examples import add_examples
from shared.server.http.gateway import INFO_KEY
from shared.server.http.routes import KnownPaths, Route, Router


def build_application(routers: Sequence[Router], *, version: str) -> FastAPI:
    """An application of these routes; its state still needs `services` and `sessions`."""
    app = FastAPI(
        title="Teezu reference server",
        version=version,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            AppError: _app_error,
            RequestValidationError: _validation_error,
            HTTPException: _http_error,
            Exception: _defect,
        },
    )
    for router in routers:
        app.include_router(router.api)
    app.state.known_paths = KnownPaths(
        [route for router in routers for route in router.api.routes if isinstance(route, Route)]
    )

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            models = schema.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                models.pop(name, None)
            models["ErrorEnvelope"] = ErrorEnvelope.model_json_schema()
            _leave_out_null(schema["paths"])
            add_examples(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def _leave_out_null(paths: dict[str, Any]) -> None:
    """A parameter that may be left out is never the text `null`, whatever the generator says."""
    for operations in paths.values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
                if len(kinds) == 1:
                    del schema["anyOf"]
                    schema.update(kinds[0])
                elif kinds:
                    schema["anyOf"] = kinds


def respond(request: Request, error: AppError) -> JSONResponse:
    """The error as a response in the reader's language."""
    info = request.scope.get(INFO_KEY) or RequestContext("")
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(int(error.retry_after_s + 0.999))
    body = envelope(error, info).model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=status_of(error), headers=headers)


async def _app_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)  # noqa: S101 - Starlette calls us for nothing else
    return respond(request, error)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    fields = [
        {
            "field": ".".join(str(part) for part in problem["loc"]),
            "problem": str(problem["msg"]),
        }
        for problem in error.errors()[:20]
    ]
    return respond(request, invalid(fields))


def invalid(fields: Sequence[dict[str, str]]) -> Refused:
    """What was sent cannot be used; `fields` name what and why, never the value itself."""
    first = fields[0] if fields else {"field": "body", "problem": "?"}
    return Refused(
        ErrorCode.INVALID_INPUT,
        f"Check {first['field']}: {first['problem']}.",
        f"Controleer {first['field']}: {first['problem']}.",
        meta={"fields": list(fields)},
    )


async def _defect(request: Request, error: Exception) -> JSONResponse:
    return respond(request, internal())


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == 404:
        return respond(request, not_found())
    if error.status_code == 405:
        refused = Refused(
            ErrorCode.METHOD_NOT_ALLOWED,
            "This address does not know that method; see /openapi.json for those it knows.",
            "Dit adres kent die methode niet; zie /openapi.json voor wat wel kan.",
        )
        response = respond(request, refused)
        if allowed := request.app.state.known_paths.methods(request.scope["path"]):
            response.headers["Allow"] = ", ".join(allowed)
        return response
    return respond(request, invalid([{"field": "body", "problem": "it is not UTF-8 JSON"}]))
