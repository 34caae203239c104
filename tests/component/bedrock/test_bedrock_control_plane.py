"""What the simulator tells about its models, as the real SDK reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from local.bedrock.errors import END_OF_LIFE, UNKNOWN_MODEL

CANVAS = "amazon.nova-canvas-v1:0"
CORE = "stability.stable-image-core-v1:1"
INPAINT = "stability.stable-image-inpaint-v1:0"
LONG_AGO = datetime(2024, 12, 3, tzinfo=UTC)


def listed(control: Any, **filters: str) -> dict[str, Any]:
    summaries = control.list_foundation_models(**filters)["modelSummaries"]
    return {summary["modelId"]: summary for summary in summaries}


def lifecycle(control: Any, model: str) -> dict[str, Any]:
    details = control.get_foundation_model(modelIdentifier=model)["modelDetails"]
    assert listed(control)[model] == details
    return dict(details["modelLifecycle"])


def refused(control: Any, model: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        control.get_foundation_model(modelIdentifier=model)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def days(count: int) -> datetime:
    return (datetime.now(UTC) + timedelta(days=count)).replace(microsecond=0)


def test_a_model_is_described_for_the_region_that_asked(client: Any) -> None:
    details = client("bedrock").get_foundation_model(modelIdentifier=CANVAS)["modelDetails"]
    assert details["modelArn"] == f"arn:aws:bedrock:us-east-1::foundation-model/{CANVAS}"
    assert details["providerName"] == "Amazon"
    assert details["inputModalities"] == ["TEXT", "IMAGE"]
    assert details["outputModalities"] == ["IMAGE"]
    assert details["inferenceTypesSupported"] == ["ON_DEMAND"]
    assert details["modelLifecycle"] == {"status": "ACTIVE"}


def test_the_models_that_make_pictures_can_be_listed(client: Any) -> None:
    control = client("bedrock")
    pictures, texts = (
        listed(control, byOutputModality="IMAGE"),
        listed(control, byOutputModality="TEXT"),
    )
    assert len(pictures) == 1 + 3 + 13
    assert set(texts) == {"amazon.nova-lite-v1:0", "amazon.nova-2-lite-v1:0"}
    assert listed(control, byOutputModality="EMBEDDING") == {}
    assert listed(control) == pictures | texts
    assert pictures[INPAINT]["inferenceTypesSupported"] == ["INFERENCE_PROFILE"]


def test_a_list_can_be_narrowed_in_other_ways(client: Any) -> None:
    control = client("bedrock")
    assert len(listed(control, byProvider="Stability AI")) == 16
    on_demand = listed(control, byInferenceType="ON_DEMAND", byOutputModality="IMAGE")
    assert set(on_demand) == {
        CANVAS,
        CORE,
        "stability.sd3-5-large-v1:0",
        "stability.stable-image-ultra-v1:1",
    }
    assert listed(control, byCustomizationType="FINE_TUNING") == {}
    with pytest.raises(control.exceptions.ValidationException, match="enum value set"):
        control.list_foundation_models(byOutputModality="VIDEO")


def test_a_profile_is_no_foundation_model(client: Any) -> None:
    control = client("bedrock")
    invalid = ("ValidationException", UNKNOWN_MODEL)
    assert refused(control, f"us.{INPAINT}") == invalid
    assert refused(control, "nobody.nothing-v1:0") == invalid
    assert lifecycle(control, INPAINT) == {"status": "ACTIVE"}


def test_a_legacy_model_says_so_and_an_ended_one_is_gone(client: Any, simulator: Any) -> None:
    control = client("bedrock")
    simulator.behave(legacy=[CANVAS], ended=[CORE], idle=[f"us.{INPAINT}"])
    assert lifecycle(control, CANVAS) == {"status": "LEGACY"}
    assert lifecycle(control, INPAINT) == {"status": "LEGACY"}
    assert CORE not in listed(control)
    assert refused(control, CORE) == ("ResourceNotFoundException", END_OF_LIFE)


def test_the_dates_of_a_life_are_told_and_decide_what_it_is_in(client: Any, simulator: Any) -> None:
    control = client("bedrock")
    old, new = days(-30), days(30)
    simulator.behave(
        dates={
            CANVAS: {
                "start_of_life": LONG_AGO.isoformat(),
                "legacy": old.isoformat(),
                "public_extended_access": new.isoformat(),
                "end_of_life": new.isoformat(),
            },
            f"us.{INPAINT}": {"legacy": new.isoformat()},
            CORE: {"end_of_life": old.isoformat()},
        }
    )
    assert lifecycle(control, CANVAS) == {
        "status": "LEGACY",
        "startOfLifeTime": LONG_AGO,
        "legacyTime": old,
        "publicExtendedAccessTime": new,
        "endOfLifeTime": new,
    }
    assert lifecycle(control, INPAINT) == {"status": "ACTIVE", "legacyTime": new}
    assert refused(control, CORE) == ("ResourceNotFoundException", END_OF_LIFE)
    with pytest.raises(ClientError, match="end of its life"):
        client().invoke_model(modelId=CORE, body='{"prompt": "a barn"}')


def test_dates_need_a_time_zone(simulator: Any) -> None:
    wrong = {"dates": {CORE: {"legacy": "2026-01-01T00:00:00"}}}
    assert httpx.put(f"{simulator.url}/_sim/faults", json=wrong).status_code == 422


def test_whoever_asks_must_have_signed(simulator: Any) -> None:
    for path in ("foundation-models", f"foundation-models/{CORE}"):
        assert httpx.get(f"{simulator.url}/{path}").status_code == 403
