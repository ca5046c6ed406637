"""The OpenAPI document says of every route what it is for, what it takes and what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from alerts.desk.api.examples import EXAMPLES
from alerts.desk.app import openapi_document

DOCUMENT: dict[str, Any] = openapi_document()
OPERATIONS = {
    f"{method} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@pytest.fixture(params=OPERATIONS)
def operation(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = OPERATIONS[request.param]
    return found


def has_example(media: dict[str, Any]) -> bool:
    return "example" in media or "examples" in media or schema_has_example(media["schema"])


def schema_has_example(schema: dict[str, Any]) -> bool:
    if "$ref" in schema:
        return schema_has_example(DOCUMENT["components"]["schemas"][schema["$ref"].split("/")[-1]])
    if schema.get("type") == "array":
        return schema_has_example(schema["items"])
    return "examples" in schema or "example" in schema


def bodies(contents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is JSON or text; files and empty answers have no example."""
    for kind, media in contents.items():
        if kind in {"application/json", "text/event-stream"} and media.get("schema"):
            yield media


def test_every_route_has_a_summary_and_a_description(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


def test_every_parameter_is_explained(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        assert parameter.get("description"), parameter["name"]


def test_every_body_that_is_taken_has_an_example(operation: dict[str, Any]) -> None:
    for media in bodies(operation.get("requestBody", {}).get("content", {})):
        assert has_example(media), media["schema"]


def test_every_answer_has_an_example(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        for media in bodies(answer.get("content", {})):
            assert has_example(media), (status, media["schema"])


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.__name__)
def test_an_example_is_what_it_is_an_example_of(row: type) -> None:
    TypeAdapter(row).validate_json(json.dumps(EXAMPLES[row]))
    assert row.__name__ in DOCUMENT["components"]["schemas"]


def test_examples_of_rows_name_every_field() -> None:
    for row, example in EXAMPLES.items():
        schema = DOCUMENT["components"]["schemas"][row.__name__]
        assert set(example) == set(schema["properties"]), row.__name__
