"""What holds for every body of a model family, and how its answers are read."""

import base64
import json
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.calls import Call, plan_calls
from shared.catalog import Catalog
from shared.errors import CallFailed, InputRejected, Moderated, ReplyUnusable
from shared.models import Model
from shared.tasks import SEED_MAX, Style, parse_task
from tests.builders import a_task
from tests.scripted_models import nova_reply, stability_reply, tiny_png
from tests.unit.models.golden import CASES
from worker.models import FAMILIES, Family

CATALOG = Catalog.load()
NOVA_MODEL = CATALOG.model("nova-canvas")
CORE_MODEL = CATALOG.model("stable-image-core")
PNG = tiny_png(1)
ONE = Call(k=0, images=1, first=0)
THREE = Call(k=0, images=3, first=0)


def family_of(model: Model) -> Family:
    return FAMILIES[model.family]


def body(model: Model, call: int = -1, **fields: Any) -> Any:
    task = a_task(**fields)
    planned = plan_calls(task.n, model.images_per_call)[call]
    return orjson.loads(family_of(model).request(task, model, planned, {}))


def test_every_family_of_the_catalogue_has_a_translator() -> None:
    assert {model.family for model in CATALOG.models} <= set(FAMILIES)


@pytest.mark.parametrize("style", Style)
def test_every_style_is_said_to_both_families(style: Style) -> None:
    assert body(NOVA_MODEL, style=style)["textToImageParams"]["style"] == style.value.upper()
    prompt = body(CORE_MODEL, style=style)["prompt"]
    assert prompt.startswith("a fox in the snow, ")
    assert "_" not in prompt


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1024, 1024, "1:1"),
        (1280, 720, "16:9"),
        (720, 1280, "9:16"),
        (1024, 768, "5:4"),
        (768, 1152, "2:3"),
        (2048, 512, "21:9"),
        (512, 2048, "9:21"),
        (1200, 800, "3:2"),
    ],
)
def test_the_nearest_shape_is_asked_for(width: int, height: int, ratio: str) -> None:
    assert body(CORE_MODEL, width=width, height=height)["aspect_ratio"] == ratio


@given(
    st.integers(0, SEED_MAX),
    st.integers(1, 5),
    st.sampled_from(["nova-canvas", "stable-image-core"]),
)
@example(0, 2, "stable-image-core")
@example(SEED_MAX, 5, "stable-image-core")
def test_seeds_are_in_the_provider_s_range_and_never_mean_any(seed: int, n: int, name: str) -> None:
    model = CATALOG.model(name)
    sent = [
        body(model, call, seed=seed, n=n)
        for call in range(len(plan_calls(n, model.images_per_call)))
    ]
    if name == "nova-canvas":
        assert [part["imageGenerationConfig"]["seed"] for part in sent] == [seed]
        return
    seeds = [part["seed"] for part in sent]
    assert len(set(seeds)) == n
    assert all(1 <= s <= 4_294_967_294 for s in seeds)


@given(st.integers(0, SEED_MAX), st.integers(0, 4))
@example(0, 0)
@example(SEED_MAX, 4)
def test_a_picture_s_seed_asks_for_the_same_picture_again(seed: int, k: int) -> None:
    task, call = a_task(seed=seed, n=5), plan_calls(5, 1)[k]
    family = family_of(CORE_MODEL)
    answer = family.read(stability_reply(PNG), task, call)
    again = a_task(seed=answer.seeds[0])
    asked = family.request(task, CORE_MODEL, call, {})
    assert family.request(again, CORE_MODEL, ONE, {}) == asked


# Nova Canvas: replies.


def read_nova(reply: bytes, call: Call = THREE) -> Any:
    return family_of(NOVA_MODEL).read(reply, a_task(n=call.images, seed=41), call)


def test_nova_s_full_reply_has_all_pictures_and_the_first_one_s_seed() -> None:
    pictures = [tiny_png(number) for number in range(3)]
    answer = read_nova(nova_reply(*pictures))
    assert answer.pictures == tuple(pictures)
    assert answer.seeds == (41, None, None)
    assert answer.held_back is None


@pytest.mark.parametrize("error", ["Some of the generated images have been blocked.", None])
def test_nova_s_missing_pictures_were_moderated_and_seeds_are_unknown(error: str | None) -> None:
    answer = read_nova(nova_reply(PNG, PNG, error=error))
    assert (len(answer.pictures), answer.seeds) == (2, (None, None))
    assert answer.held_back is not None
    assert answer.held_back.where == "output"
    assert error is None or str(answer.held_back) == error


def test_nova_s_error_without_pictures_is_moderation() -> None:
    with pytest.raises(Moderated, match="All of the generated") as refused:
        read_nova(nova_reply(error="All of the generated images have been blocked."))
    assert refused.value.where == "output"


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("Please adjust your text prompt to submit a new request.", "prompt"),
        ("Please adjust your input image to submit a new request.", "input"),
    ],
)
def test_nova_s_filter_texts_are_moderation(message: str, where: str) -> None:
    text = f"This request has been blocked by our content filters. {message}"
    explained = family_of(NOVA_MODEL).explain(InputRejected(text))
    assert isinstance(explained, Moderated)
    assert (explained.where, str(explained)) == (where, text)


@pytest.mark.parametrize("model", [NOVA_MODEL, CORE_MODEL], ids=lambda model: model.family)
def test_what_is_no_filter_text_is_a_wrong_request(model: Model) -> None:
    error: CallFailed = InputRejected("Malformed input request: #/width: 7 is not allowed")
    assert family_of(model).explain(error) is error


def test_nova_s_mask_comes_beside_the_pictures() -> None:
    answer = read_nova(nova_reply(PNG, mask=tiny_png(9)), ONE)
    assert (answer.pictures, answer.mask) == ((PNG,), tiny_png(9))
    with pytest.raises(ReplyUnusable, match="base64"):
        read_nova(orjson.dumps({"images": [base64.b64encode(PNG).decode()], "maskImage": "?"}), ONE)


def test_nova_s_words_for_a_mask_prompt_that_finds_nothing_name_the_field() -> None:
    text = "Unable to auto-generate mask image with given input image and mask prompt."
    explained = family_of(NOVA_MODEL).explain(InputRejected(text))
    assert isinstance(explained, InputRejected)
    assert str(explained).startswith("mask_prompt: ")


@pytest.mark.parametrize(
    ("model", "task"),
    [
        ("nova-canvas", {"kind": "remove_background"}),
        ("stable-image-remove-background", {"kind": "remove_background"}),
        ("stable-fast-upscale", {"kind": "upscale", "seed": 7}),
    ],
)
def test_what_takes_no_seed_has_none(model: str, task: dict[str, Any]) -> None:
    asked = CATALOG.model(model)
    reply = nova_reply(PNG) if asked.family == "nova_canvas" else stability_reply(PNG)
    parsed = parse_task({**task, "image": {"upload": "0" * 26}})
    assert family_of(asked).read(reply, parsed, ONE).seeds == (None,)


@pytest.mark.parametrize("kind", ["upscale", "recolor", "style_transfer", "try_on"])
def test_a_task_that_a_mistaken_catalogue_sends_to_the_wrong_family_is_refused(kind: str) -> None:
    case = next(case for case in CASES if case.task.kind == kind)
    other = CORE_MODEL if kind == "try_on" else NOVA_MODEL
    with pytest.raises(InputRejected, match=f"cannot do “{kind}”"):
        family_of(other).request(case.task, other, ONE, {})


# Stability: replies.


def read_stability(reply: bytes) -> Any:
    return family_of(CORE_MODEL).read(reply, a_task(seed=41), ONE)


def test_stability_s_reply_has_one_picture() -> None:
    answer = read_stability(stability_reply(PNG, seed=41))
    assert (answer.pictures, answer.seeds, answer.held_back) == ((PNG,), (41,), None)


@pytest.mark.parametrize(
    ("reason", "where"),
    [
        ("Filter reason: prompt", "prompt"),
        ("Filter reason: input image", "input"),
        ("Filter reason: output image", "output"),
    ],
)
@pytest.mark.parametrize("images", [[], [base64.b64encode(PNG).decode()]])
def test_stability_s_filter_reasons_are_moderation(
    reason: str, where: str, images: list[str]
) -> None:
    reply = {"finish_reasons": [reason], **({"images": images, "seeds": [1]} if images else {})}
    with pytest.raises(Moderated) as refused:
        read_stability(orjson.dumps(reply))
    assert refused.value.where == where


@pytest.mark.parametrize("reason", ["Inference error", "A reason of next year", {"odd": 1}, [1]])
def test_stability_s_other_reasons_may_pass(reason: object) -> None:
    with pytest.raises(ReplyUnusable) as broken:
        read_stability(orjson.dumps({"finish_reasons": [reason]}))
    assert (broken.value.retryable, broken.value.code) == (True, "model_broken")


@pytest.mark.parametrize("reasons", [None, [], [None], [""], "x", 7, {}])
def test_stability_s_picture_is_taken_when_no_reason_speaks_against_it(reasons: object) -> None:
    images = [base64.b64encode(PNG).decode()]
    assert read_stability(orjson.dumps({"images": images, "finish_reasons": reasons})).pictures


# Both: what is no reply.


@pytest.mark.parametrize("model", [NOVA_MODEL, CORE_MODEL], ids=lambda model: model.family)
@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"<html>",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"images": null}',
        b'{"images": []}',
        b'{"images": {"0": "AAAA"}}',
        b'{"images": "AAAA"}',
        b'{"images": [null]}',
        b'{"images": [7]}',
        b'{"images": ["no base64!"]}',
        b'{"images": ["AAAAA"]}',
        '{"images": ["é"]}'.encode(),
        orjson.dumps({"images": ["AAAA"] * 6}),
        b'{"images": [' + b"[]," * 100_000 + b"[]]}",
        b'{"images": [' + b"0," * 100_000 + b"0]}",
        b'{"images": ' + b"[" * 100_000,
        b'{"images": ["' + b"A" * 1_000_001 + b'"]}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_reply_is_unusable_and_counts_as_paid(model: Model, reply: bytes) -> None:
    with pytest.raises(ReplyUnusable) as broken:
        family_of(model).read(reply, a_task(), ONE)
    assert (broken.value.paid, broken.value.retryable) == (True, True)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda deeper: (
            st.lists(deeper)
            | st.dictionaries(
                st.sampled_from(["images", "seeds", "finish_reasons", "error"]), deeper
            )
        ),
    )
)
def test_no_reply_whatever_it_holds_is_a_bug_of_ours(document: object) -> None:
    for model in (NOVA_MODEL, CORE_MODEL):
        try:
            answer = family_of(model).read(json.dumps(document).encode(), a_task(), ONE)
        except (ReplyUnusable, Moderated):
            continue
        assert len(answer.pictures) == len(answer.seeds) == 1
