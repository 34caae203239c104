"""What a deployment can be told, and that it is told off for what is wrong."""

from pathlib import Path

import pytest

from infra.deployment import Deployment, ServiceSettings, WrongDeployment
from infra.models import CallableModel, image_models
from shared.catalog import Catalog
from shared.settings import Settings


def read(tmp_path: Path, text: str) -> Deployment:
    file = tmp_path / "deployment.toml"
    file.write_text(text)
    return Deployment.read(file)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert Deployment.read(tmp_path / "none.toml") == Deployment()


def test_a_file_says_what_is_different(tmp_path: Path) -> None:
    told = read(
        tmp_path, 'region = "eu-west-1"\n[frontend]\nhosting = "lambda"\n[watch]\nbudget_usd = 9\n'
    )
    assert (told.region, told.frontend.hosting, told.watch.budget_usd) == ("eu-west-1", "lambda", 9)
    assert told.worker == Deployment().worker


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('reigon = "eu-west-1"', "reigon: Extra inputs"),
        ('region = "Frankfurt"', "region: String should match"),
        ('[frontend]\nhosting = "heroku"', "frontend.hosting: Input should be"),
        ("[worker]\nbatches_at_once = 1", "worker.batches_at_once: .*greater than or equal to 2"),
        ('domain = "a.example.com"', "domain and certificate_arn come together"),
        ('signing_keys = ["a", "a"]', "signing_keys: each name once"),
        ('origin_secrets = ["a", "a"]', "origin_secrets: each name once"),
        ("signing_keys = []", "signing_keys: .*at least 1"),
        ("[worker]\ntasks_least = 5\ntasks_most = 2", "tasks_least is above tasks_most"),
        ('[watch]\nemail = "nobody"', "watch.email"),
        ("region = ", "Invalid value"),
    ],
)
def test_what_is_wrong_is_named_with_its_rule(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(WrongDeployment, match=complaint):
        read(tmp_path, text)


def test_the_service_s_settings_are_ones_it_has() -> None:
    """With every one of them set, and in the form that it reads."""
    told = ServiceSettings(
        rate_limit=7,
        network_rate_limit=8,
        daily_spend_usd="none",
        ended_models=("nova-canvas",),
        log_level="debug",
    )
    assert set(type(told).model_fields) <= set(Settings.model_fields)
    assert told.variables().keys() <= {f"CANVAS_{name.upper()}" for name in Settings.model_fields}
    settings = Settings.load(told.variables())
    assert (settings.rate_limit, settings.network_rate_limit) == (7, 8)
    assert settings.daily_spend_usd is None
    assert settings.ended_models == {"nova-canvas"}
    assert settings.log_level == "debug"


def test_what_is_not_told_is_left_to_the_service() -> None:
    settings = Settings.load(ServiceSettings().variables())
    assert settings == Settings(prompt_model=Settings().prompt_model)


@pytest.mark.parametrize(
    ("told", "model"),
    [
        ({}, Settings().prompt_fallback),
        ({"region": "us-east-1"}, "us.amazon.nova-lite-v1:0"),
        ({"region": "eu-west-1"}, "eu.amazon.nova-lite-v1:0"),
        ({"region": "ap-south-1", "settings": {"prompt_fallback": "mine"}}, "mine"),
    ],
)
def test_the_second_text_model_is_one_that_the_region_has(
    told: dict[str, object], model: str
) -> None:
    assert Deployment.model_validate(told).prompt_fallback == model


def test_the_models_are_the_catalogue_s() -> None:
    catalog = {(m.model_id, pool.region) for m in Catalog.load().models for pool in m.pools}
    assert {(m.model_id, m.region) for m in image_models()} == catalog


@pytest.mark.parametrize(
    ("model", "arns"),
    [
        (
            CallableModel("stability.sd3-5-large-v1:0", "us-west-2"),
            {"arn:aws:bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0"},
        ),
        (
            CallableModel("us.stability.stable-outpaint-v1:0", "us-west-2"),
            {
                "arn:aws:bedrock:us-west-2:111122223333:inference-profile/"
                "us.stability.stable-outpaint-v1:0",
                *(
                    f"arn:aws:bedrock:{region}::foundation-model/stability.stable-outpaint-v1:0"
                    for region in ("us-east-1", "us-east-2", "us-west-2")
                ),
            },
        ),
        (
            CallableModel("global.amazon.nova-2-lite-v1:0", "eu-west-1"),
            {
                "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/"
                "global.amazon.nova-2-lite-v1:0",
                "arn:aws:bedrock:*::foundation-model/amazon.nova-2-lite-v1:0",
                "arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0",
            },
        ),
    ],
)
def test_a_model_may_be_called_by_its_id_or_wherever_its_profile_leads(
    model: CallableModel, arns: set[str]
) -> None:
    assert set(model.invoke_arns("aws", "111122223333")) == arns


def test_a_profile_that_leads_nobody_knows_where_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="not known where"):
        CallableModel("mars.amazon.nova-2-lite-v1:0", "us-west-2").invoke_arns("aws", "1")
