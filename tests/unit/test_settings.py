"""Settings: read once, strictly, and without repeating what was written."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from shared.settings import Settings, UnknownSetting

SECRET = "a secret of at least thirty-two characters"


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.load({"PATH": "/bin", "CANVASSER": "no setting of ours"})
    assert settings == Settings()
    assert (settings.port, settings.rate_limit, settings.daily_spend_usd) == (7860, 20, Decimal(10))


def test_a_name_that_is_no_setting_is_an_error() -> None:
    with pytest.raises(UnknownSetting, match="CANVAS_PROT"):
        Settings.load({"CANVAS_PROT": "80"})


@pytest.mark.parametrize(
    ("environment", "port"),
    [
        ({"APP_PORT": "4"}, 4),
        ({"GRADIO_SERVER_PORT": "3", "APP_PORT": "4"}, 3),
        ({"AWS_LAMBDA_HTTP_PORT": "2", "GRADIO_SERVER_PORT": "3", "APP_PORT": "4"}, 2),
        ({"CANVAS_PORT": "1", "AWS_LAMBDA_HTTP_PORT": "2", "APP_PORT": "4"}, 1),
        ({"CANVAS_PORT": "", "APP_PORT": "4"}, 4),
    ],
)
def test_the_port_goes_by_several_names_in_order(environment: dict[str, str], port: int) -> None:
    assert Settings.load(environment).port == port


@pytest.mark.parametrize(
    ("alias", "value", "field"),
    [
        ("GRADIO_SERVER_NAME", "0.0.0.0", "host"),
        ("RATE_LIMIT", "7", "rate_limit"),
        ("NOVA_IMAGE_BUCKET", "my-bucket", "bucket"),
        ("BUCKET_REGION", "eu-west-1", "region"),
    ],
)
def test_the_seed_s_names_are_understood(alias: str, value: str, field: str) -> None:
    assert str(getattr(Settings.load({alias: value}), field)) == value


def test_the_seed_s_credentials_are_understood_and_kept_secret() -> None:
    settings = Settings.load({"AMP_AWS_ID": "AKIAEXAMPLE", "AMP_AWS_SECRET": "hush"})
    assert settings.require("aws_access_key_id") == "AKIAEXAMPLE"
    assert settings.require("aws_secret_access_key") == "hush"
    assert "AKIAEXAMPLE" not in repr(settings)
    assert "hush" not in repr(settings)


def test_secrets_are_in_no_text_of_the_settings() -> None:
    settings = Settings.load({"CANVAS_SECRET": SECRET, "CANVAS_CDN_PRIVATE_KEY": "PEM of a key"})
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert SECRET not in text
        assert "PEM of a key" not in text


ARN = "arn:aws:secretsmanager:us-west-2:111122223333:secret:CookieSecret-a1B2c3"


def test_a_secret_may_be_named_by_its_arn_and_is_not_taken_for_one() -> None:
    settings = Settings.load({"CANVAS_SECRET": ARN, "CANVAS_CDN_PRIVATE_KEY": "PEM of a key"})
    assert settings.named_secrets() == {"secret": ARN}
    with pytest.raises(ValueError, match="CANVAS_SECRET: the secret it names has not been read"):
        settings.require("secret")
    read = settings.given({"secret": SECRET})
    assert read.require("secret") == SECRET
    assert read.require("cdn_private_key") == "PEM of a key"
    assert read.named_secrets() == {}


def test_the_other_of_a_secret_is_trusted_after_it() -> None:
    settings = Settings.load({"CANVAS_SECRET": SECRET})
    assert settings.trusted("secret") == (SECRET,)
    both = settings.given({"other_secret": SECRET[::-1]})
    assert both.trusted("secret") == (SECRET, SECRET[::-1])
    with pytest.raises(ValueError, match="CANVAS_ORIGIN_SECRET: this setting is missing"):
        both.trusted("origin_secret")


def test_what_a_name_stood_for_must_be_as_good_as_what_is_given_itself() -> None:
    settings = Settings.load({"CANVAS_SECRET": ARN})
    with pytest.raises(ValueError, match=r"^CANVAS_SECRET: .*32") as error:
        settings.given({"secret": "short"})
    assert "short" not in str(error.value).replace("at least 32", "")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CANVAS_PORT", "eighty-eighty"),
        ("CANVAS_PORT", "70000"),
        ("CANVAS_STUDIO", "sometimes"),
        ("CANVAS_SECRET", "too short a secret"),
        ("CANVAS_RATE_LIMIT", "0"),
        ("CANVAS_DAILY_SPEND_USD", "-12345"),
        ("CANVAS_DAILY_SPEND_USD", "0.1234567"),
        ("CANVAS_DAILY_SPEND_USD", "NaN"),
        ("CANVAS_CONCURRENCY", "1001"),
        ("CANVAS_WORKER_MEMORY_MB", "12"),
        ("CANVAS_LOG_LEVEL", "chatty"),
        ("RATE_LIMIT", "twenty"),
        ("APP_PORT", "99999999"),
    ],
)
def test_a_bad_value_is_named_by_its_variable_and_not_repeated(variable: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{variable}: ") as error:
        Settings.load({variable: value})
    assert value not in str(error.value)


def test_all_bad_values_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"CANVAS_PORT: .*; CANVAS_PROXY_HOPS: "):
        Settings.load({"CANVAS_PORT": "x", "CANVAS_PROXY_HOPS": "y"})


@pytest.mark.parametrize("text", ["a,b", "a b", " a , b ", "b,a,a"])
def test_names_are_told_apart_by_commas_or_spaces(text: str) -> None:
    assert Settings.load({"CANVAS_ENDED_MODELS": text}).ended_models == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "cap"), [("none", None), ("0", Decimal(0)), ("2.50", Decimal("2.5"))]
)
def test_the_spend_cap_may_be_none(text: str, cap: Decimal | None) -> None:
    assert Settings.load({"CANVAS_DAILY_SPEND_USD": text}).daily_spend_usd == cap


def test_a_setting_that_is_needed_but_missing_is_named() -> None:
    with pytest.raises(ValueError, match="CANVAS_CDN_URL: this setting is missing"):
        Settings().require("cdn_url")


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://App.Example.com:443/studio/", "https://app.example.com"),
        ("http://app.example.com:80", "http://app.example.com"),
        ("https://app.example.com:8443", "https://app.example.com:8443"),
        (None, None),
    ],
)
def test_the_public_origin_is_written_as_browsers_write_it(
    public_url: str | None, origin: str | None
) -> None:
    assert Settings(public_url=public_url).public_origin == origin
