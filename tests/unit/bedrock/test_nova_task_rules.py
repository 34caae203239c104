"""The fields of Nova Canvas's tasks with pictures: edges that pass and cases that fail."""

from typing import Any

import pytest

from local.bedrock import editing
from tests.unit.bedrock.nova_tasks import (
    CHOSEN,
    PARAMS,
    SIZED,
    TRY_ON,
    UNSIZED,
    a_body,
    complaint,
    order,
)


@pytest.mark.parametrize("task", PARAMS)
def test_the_least_that_a_task_needs_is_enough(task: str) -> None:
    assert len(order(a_body(task)).pictures) == 1


@pytest.mark.parametrize(
    ("task", "key"),
    [
        ("COLOR_GUIDED_GENERATION", "colors"),
        ("COLOR_GUIDED_GENERATION", "text"),
        ("IMAGE_VARIATION", "images"),
        ("INPAINTING", "image"),
        ("OUTPAINTING", "image"),
        ("BACKGROUND_REMOVAL", "image"),
        ("VIRTUAL_TRY_ON", "sourceImage"),
        ("VIRTUAL_TRY_ON", "referenceImage"),
        ("VIRTUAL_TRY_ON", "maskType"),
    ],
)
def test_what_is_required_is_missed(task: str, key: str) -> None:
    said = complaint(a_body(task, without=(key,)))
    assert said == (
        f"Malformed input request: #/{PARAMS[task]}: required key [{key}] not found, "
        "please reformat your input and try again."
    )


@pytest.mark.parametrize("task", PARAMS)
def test_what_is_unknown_is_refused(task: str) -> None:
    at = f"Malformed input request: #/{PARAMS[task]}: "
    assert complaint(a_body(task, {"style": "PHOTOREALISM"})).startswith(
        f"{at}extraneous key [style] is not permitted"
    )
    other = "textToImageParams"
    assert complaint(a_body(task) | {other: {"text": "x"}}).startswith(
        f"Malformed input request: #: extraneous key [{other}] is not permitted"
    )
    assert "required key" in complaint({"taskType": task})


@pytest.mark.parametrize("task", SIZED)
def test_tasks_that_choose_their_size_may_send_it(task: str) -> None:
    config = {"width": 640, "height": 320, "numberOfImages": 2, "seed": 5, "quality": "premium"}
    made = order(a_body(task) | {"imageGenerationConfig": config})
    assert [picture.seed for picture in made.pictures] == [5, 6]


@pytest.mark.parametrize("task", UNSIZED)
@pytest.mark.parametrize("side", ["width", "height"])
def test_tasks_that_follow_a_picture_may_not_send_a_size(task: str, side: str) -> None:
    rest = {"numberOfImages": 5, "seed": 0, "cfgScale": 1.1, "quality": "standard"}
    assert len(order(a_body(task) | {"imageGenerationConfig": rest}).pictures) == 5
    said = complaint(a_body(task) | {"imageGenerationConfig": {**rest, side: 1024}})
    assert said.startswith(
        f"Malformed input request: #/imageGenerationConfig: extraneous key [{side}]"
    )


@pytest.mark.parametrize("config", [{}, {"seed": 1}])
def test_background_removal_takes_no_configuration_at_all(config: dict[str, Any]) -> None:
    said = complaint(a_body("BACKGROUND_REMOVAL") | {"imageGenerationConfig": config})
    assert said.startswith("Malformed input request: #: extraneous key [imageGenerationConfig]")


@pytest.mark.parametrize("task", [task for task in PARAMS if task != "BACKGROUND_REMOVAL"])
@pytest.mark.parametrize(
    "config", [{"numberOfImages": 6}, {"seed": 2_147_483_647}, {"cfgScale": 1.0}, {"quality": "x"}]
)
def test_every_configuration_is_held_to_its_ranges(task: str, config: dict[str, Any]) -> None:
    said = complaint(a_body(task) | {"imageGenerationConfig": config})
    assert f"#/imageGenerationConfig/{next(iter(config))}: " in said


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ("COLOR_GUIDED_GENERATION", {"colors": [CHOSEN] * 10}),
        ("COLOR_GUIDED_GENERATION", {"colors": ["#000000", "#abcdef", "#ABCDEF"]}),
        ("COLOR_GUIDED_GENERATION", {"negativeText": "x" * 1024, "text": "x" * 1024}),
        ("IMAGE_VARIATION", {"similarityStrength": 0.2}),
        ("IMAGE_VARIATION", {"similarityStrength": 1}),
        ("IMAGE_VARIATION", {"text": "x" * 1024, "negativeText": "x"}),
        ("INPAINTING", {"text": "x" * 1024, "negativeText": "x"}),
        ("OUTPAINTING", {"outPaintingMode": "DEFAULT"}),
        ("OUTPAINTING", {"outPaintingMode": "PRECISE"}),
        ("VIRTUAL_TRY_ON", {"mergeStyle": "SEAMLESS", "returnMask": False}),
        ("VIRTUAL_TRY_ON", {"maskExclusions": {}}),
    ],
)
def test_the_edges_of_the_other_fields_are_allowed(task: str, changes: dict[str, Any]) -> None:
    assert order(a_body(task, changes)).pictures


@pytest.mark.parametrize(
    ("task", "changes", "said"),
    [
        ("COLOR_GUIDED_GENERATION", {"colors": []}, "/colors: expected minimum item count: 1"),
        (
            "COLOR_GUIDED_GENERATION",
            {"colors": [CHOSEN] * 11},
            "/colors: expected maximum item count: 10, found: 11",
        ),
        ("COLOR_GUIDED_GENERATION", {"colors": ["red"]}, "/colors: string [red] does not match"),
        ("COLOR_GUIDED_GENERATION", {"colors": ["#FFF"]}, "/colors: string [#FFF] does not"),
        ("COLOR_GUIDED_GENERATION", {"colors": ["#00000G"]}, "/colors: string [#00000G] does"),
        ("COLOR_GUIDED_GENERATION", {"colors": ["#000000\n"]}, "/colors: string [#000000\n] "),
        ("COLOR_GUIDED_GENERATION", {"colors": CHOSEN}, "/colors: expected type: JSONArray"),
        ("COLOR_GUIDED_GENERATION", {"colors": [7]}, "/colors/0: expected type: String"),
        ("COLOR_GUIDED_GENERATION", {"text": ""}, "/text: expected minLength: 1"),
        ("COLOR_GUIDED_GENERATION", {"negativeText": "x" * 1025}, "/negativeText: expected max"),
        ("IMAGE_VARIATION", {"images": []}, "/images: expected minimum item count: 1, found: 0"),
        ("IMAGE_VARIATION", {"images": "x"}, "/images: expected type: JSONArray, found: String"),
        ("IMAGE_VARIATION", {"images": [1]}, "/images/0: expected type: String, found: Integer"),
        ("IMAGE_VARIATION", {"similarityStrength": 0.19}, "/similarityStrength: 0.19 is not"),
        ("IMAGE_VARIATION", {"similarityStrength": 1.1}, "/similarityStrength: 1.1 is not less"),
        ("IMAGE_VARIATION", {"text": "x" * 1025}, "/text: expected maxLength: 1024"),
        ("INPAINTING", {"text": ""}, "/text: expected minLength: 1, actual: 0"),
        ("INPAINTING", {"outPaintingMode": "DEFAULT"}, ": extraneous key [outPaintingMode]"),
        ("INPAINTING", {"maskImage": None}, "/maskImage: expected type: String, found: Null"),
        ("OUTPAINTING", {"outPaintingMode": "SOFT"}, "/outPaintingMode: SOFT is not a valid"),
        ("OUTPAINTING", {"text": "x" * 1025}, "/text: expected maxLength: 1024"),
        (TRY_ON, {"text": "a coat"}, ": extraneous key [text] is not permitted"),
        (TRY_ON, {"negativeText": "a coat"}, ": extraneous key [negativeText] is not permitted"),
        (TRY_ON, {"maskType": "AUTO"}, "/maskType: AUTO is not a valid enum value"),
        (TRY_ON, {"mergeStyle": "SHARP"}, "/mergeStyle: SHARP is not a valid enum value"),
        (TRY_ON, {"returnMask": "true"}, "/returnMask: expected type: Boolean, found: String"),
        (
            TRY_ON,
            {"maskExclusions": {"preserveFace": "YES"}},
            "/maskExclusions/preserveFace: YES is not a valid enum value",
        ),
        (
            TRY_ON,
            {"maskExclusions": {"preserveFeet": "ON"}},
            "/maskExclusions: extraneous key [preserveFeet] is not permitted",
        ),
        (
            TRY_ON,
            {"garmentBasedMask": {}},
            "/garmentBasedMask: required key [garmentClass] not found",
        ),
        (
            TRY_ON,
            {"garmentBasedMask": {"garmentClass": "HAT"}},
            "/garmentBasedMask/garmentClass: HAT is not a valid enum value",
        ),
        (
            TRY_ON,
            {"garmentBasedMask": {"garmentClass": "SHOES", "maskShape": "ROUND"}},
            "/garmentBasedMask/maskShape: ROUND is not a valid enum value",
        ),
        (
            TRY_ON,
            {
                "garmentBasedMask": {
                    "garmentClass": "UPPER_BODY",
                    "garmentStyling": {"tuckingStyle": "HALF"},
                }
            },
            "/garmentBasedMask/garmentStyling/tuckingStyle: HALF is not a valid enum value",
        ),
        (TRY_ON, {"garmentBasedMask": None}, "/garmentBasedMask: expected type: JSONObject"),
        (TRY_ON, {"maskType": "IMAGE"}, ": required key [imageBasedMask] not found"),
        (TRY_ON, {"maskType": "PROMPT"}, ": required key [promptBasedMask] not found"),
        (
            TRY_ON,
            {"promptBasedMask": {"maskPrompt": "the shirt"}},
            ": extraneous key [promptBasedMask] is not permitted",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused(task: str, changes: dict[str, Any], said: str) -> None:
    message = complaint(a_body(task, changes))
    assert message.startswith(f"Malformed input request: #/{PARAMS[task]}{said}")


def test_the_filter_reads_texts_and_mask_prompts() -> None:
    changes = {"text": "a fox", "maskPrompt": "the ball"}
    words = order(a_body("INPAINTING", changes, without=("maskImage",))).words
    assert "a fox" in words
    assert "the ball" in words


@pytest.mark.parametrize("garment_class", sorted(editing.CUTS))
def test_all_eighteen_garment_classes_are_known(garment_class: str) -> None:
    assert len(editing.CUTS) == 18
    mask = {"garmentClass": garment_class, "maskShape": "CONTOUR"}
    assert order(a_body(TRY_ON, {"garmentBasedMask": mask})).pictures


@pytest.mark.parametrize("shape", ["CONTOUR", "BOUNDING_BOX", "DEFAULT"])
@pytest.mark.parametrize("kind", ["GARMENT", "PROMPT"])
def test_a_mask_has_one_of_three_shapes(shape: str, kind: str) -> None:
    masks: dict[str, dict[str, Any]] = {
        "GARMENT": {"garmentBasedMask": {"garmentClass": "SHOES", "maskShape": shape}},
        "PROMPT": {"promptBasedMask": {"maskPrompt": "the shirt", "maskShape": shape}},
    }
    body = a_body(TRY_ON, without=("garmentBasedMask",))
    body[PARAMS[TRY_ON]] |= {"maskType": kind, **masks[kind]}
    assert order(body).pictures


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("longSleeveStyle", ("SLEEVE_DOWN", "SLEEVE_UP")),
        ("tuckingStyle", ("UNTUCKED", "TUCKED")),
        ("outerLayerStyle", ("CLOSED", "OPEN")),
    ],
)
def test_each_styling_has_two_values(field: str, values: tuple[str, str]) -> None:
    for value in values:
        mask = {"garmentClass": "UPPER_BODY", "garmentStyling": {field: value}}
        assert order(a_body(TRY_ON, {"garmentBasedMask": mask})).pictures


@pytest.mark.parametrize("field", ["preserveBodyPose", "preserveHands", "preserveFace"])
@pytest.mark.parametrize("value", ["ON", "OFF", "DEFAULT"])
def test_each_exclusion_is_a_switch(field: str, value: str) -> None:
    assert order(a_body(TRY_ON, {"maskExclusions": {field: value}})).pictures
