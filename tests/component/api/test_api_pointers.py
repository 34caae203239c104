"""Pointers: an error is told at the place in what the client sent, however the model is made."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Discriminator, Field, Tag, ValidationError

from frontend.api.violations import violations_of


class Upload(BaseModel):
    upload: Annotated[str, Field(max_length=3)]


class Data(BaseModel):
    data: str


def _way(value: Any) -> str | None:
    return next((way for way in ("upload", "data") if way in value), None)


Picture = Annotated[
    Annotated[Upload, Tag("upload")] | Annotated[Data, Tag("data")],
    Discriminator(_way, custom_error_type="picture", custom_error_message="Name a picture"),
]


class Painted(BaseModel):
    by: Literal["mask"]
    mask: Picture


class Described(BaseModel):
    by: Literal["words"]
    words: Annotated[str, Field(min_length=1)]


class Inpaint(BaseModel):
    kind: Literal["inpaint"]
    region: Annotated[Painted | Described, Field(discriminator="by")]


class Mix(BaseModel):
    kind: Literal["mix"]
    pictures: list[Picture]


class Request(BaseModel):
    task: Annotated[Inpaint | Mix, Field(discriminator="kind")]


def _told(sent: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        Request.model_validate(sent)
    located = [{**error, "loc": ("body", *error["loc"])} for error in refused.value.errors()]
    return {v.pointer: v.detail for v in violations_of(located, sent)}


def _inpaint(region: object) -> dict[str, object]:
    return {"task": {"kind": "inpaint", "region": region}}


@pytest.mark.parametrize(
    ("sent", "pointer", "rule"),
    [
        ({}, "/task", "This is required."),
        ({"task": {}}, "/task/kind", "This is required."),
        ({"task": {"kind": "x" * 500}}, "/task/kind", "This should be one of these: inpaint, mix."),
        ({"task": {"kind": "inpaint"}}, "/task/region", "This is required."),
        (_inpaint({"by": "sight"}), "/task/region/by", "This should be one of these: mask, words."),
        (_inpaint({"by": "mask"}), "/task/region/mask", "This is required."),
        (_inpaint({"by": "mask", "mask": {}}), "/task/region/mask", "Name a picture."),
        (
            _inpaint({"by": "mask", "mask": {"upload": "long"}}),
            "/task/region/mask/upload",
            "This may have at most 3 characters; it has 4.",
        ),
        (
            _inpaint({"by": "mask", "mask": {"upload": {"upload": 5}}}),
            "/task/region/mask/upload",
            "This should be text.",
        ),
        (_inpaint({"by": "words"}), "/task/region/words", "This is required."),
        (
            _inpaint({"by": "words", "words": ""}),
            "/task/region/words",
            "This may not be empty.",
        ),
        (
            {"task": {"kind": "mix", "pictures": [{"data": "a"}, {"upload": "long"}]}},
            "/task/pictures/1/upload",
            "This may have at most 3 characters; it has 4.",
        ),
    ],
)
def test_a_pointer_names_the_field_and_not_the_member_of_a_union(
    sent: object, pointer: str, rule: str
) -> None:
    assert _told(sent) == {pointer: rule}
