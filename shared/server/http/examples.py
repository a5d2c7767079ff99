"""Examples of every answer in the OpenAPI document, made from the answers' own schemas."""

from typing import Any

_DEPTH = 8
_TEXTS = {
    "date-time": "2026-11-20T12:00:00.000Z",
    "date": "1990-01-01",
    "uuid": "0192d3b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b",
    "email": "ann@example.org",
}
_METHODS = ("get", "post", "put", "patch", "delete")


def add_examples(document: dict[str, Any]) -> None:
    """Give every successful JSON answer of the document an example, unless it has one."""
    models = document["components"]["schemas"]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method not in _METHODS:
                continue
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json")
                if str(status).startswith("2") and content is not None:
                    content.setdefault("example", example_of(content.get("schema", {}), models))


def example_of(schema: dict[str, Any], models: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits a schema; fields that may be left out are given where they are short."""
    if "$ref" in schema:
        return example_of(models[schema["$ref"].rpartition("/")[2]], models, depth + 1)
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(key, ()):
            if option.get("type") != "null":
                return example_of(option, models, depth + 1)
    return _by_type(schema, models, depth)


def _by_type(schema: dict[str, Any], models: dict[str, Any], depth: int) -> Any:
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            wanted = schema.get("required", ()) if depth > _DEPTH else fields
            return {name: example_of(fields[name], models, depth + 1) for name in wanted}
        case "array":
            least = schema.get("minItems", 0)
            if depth > _DEPTH and not least:
                return []
            return [example_of(schema.get("items", {}), models, depth + 1)] * max(1, least)
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            text = _TEXTS.get(schema.get("format", ""), "text")
            return text.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 200)]
