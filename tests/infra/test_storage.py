"""Bucket and tables on AWS are those that run here, and what only AWS has."""

from typing import Any

import pytest

from local.resources import bucket_access, bucket_lifecycle, jobs_table, ledger_table, time_to_live
from shared.settings import Settings
from tests.infra.template import Template, text

LOCAL_TABLES = {"StorageJobs": jobs_table(Settings()), "StorageLedger": ledger_table(Settings())}


def same_keys(there: dict[str, Any], here: dict[str, Any]) -> None:
    """Keys, attributes and indexes are the same, whatever their order."""
    assert there["KeySchema"] == here["KeySchema"]
    assert {a["AttributeName"]: a["AttributeType"] for a in there["AttributeDefinitions"]} == {
        a["AttributeName"]: a["AttributeType"] for a in here["AttributeDefinitions"]
    }
    indexes = {i["IndexName"]: (i["KeySchema"], i["Projection"]) for i in _indexes(there)}
    assert indexes == {i["IndexName"]: (i["KeySchema"], i["Projection"]) for i in _indexes(here)}


def _indexes(table: dict[str, Any]) -> list[dict[str, Any]]:
    indexes: list[dict[str, Any]] = table["GlobalSecondaryIndexes"]
    return indexes


@pytest.mark.parametrize("name", LOCAL_TABLES)
def test_the_tables_have_the_keys_and_indexes_that_the_adapters_use(
    express: Template, name: str
) -> None:
    same_keys(express.properties("DynamoDB::GlobalTable", name), LOCAL_TABLES[name])


@pytest.mark.parametrize("name", LOCAL_TABLES)
def test_rows_die_by_their_time_to_live_and_can_be_restored(express: Template, name: str) -> None:
    table = express.properties("DynamoDB::GlobalTable", name)
    assert table["TimeToLiveSpecification"] == time_to_live()
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    [replica] = table["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 7,
    }


def test_the_bucket_is_private_and_speaks_tls_only(every: Template) -> None:
    buckets = every.all("S3::Bucket")
    assert len(buckets) >= 2
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert properties["PublicAccessBlockConfiguration"] == bucket_access()
        assert "BucketEncryption" in properties
        assert any(
            statement["Effect"] == "Deny"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for policy in every.all("S3::BucketPolicy").values()
            if policy["Properties"]["Bucket"] == {"Ref": name}
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        )


def test_what_was_forgotten_goes_after_as_long_as_it_does_here(express: Template) -> None:
    pictures = express.properties("S3::Bucket", "StoragePictures")
    there = {
        rule["Id"]: (rule.get("Prefix", ""), rule.get("ExpirationInDays"))
        for rule in pictures["LifecycleConfiguration"]["Rules"]
        if rule["Status"] == "Enabled"
    }
    here = {
        rule["ID"]: (rule["Filter"]["Prefix"], rule.get("Expiration", {}).get("Days"))
        for rule in bucket_lifecycle()["Rules"]
    }
    assert there == here


def test_pages_of_the_site_may_send_uploads(express: Template, service: Template) -> None:
    def origins(template: Template) -> list[str]:
        pictures = template.properties("S3::Bucket", "StoragePictures")
        [rule] = pictures["CorsConfiguration"]["CorsRules"]
        assert set(rule["AllowedMethods"]) == {"GET", "POST"}
        return list(rule["AllowedOrigins"])

    assert origins(express) == ["https://*.cloudfront.net"]
    assert origins(service) == ["https://pictures.example.com"]


def test_data_outlives_the_stack_unless_it_is_told_otherwise(
    express: Template, function_url: Template
) -> None:
    def fates(template: Template) -> set[tuple[str, bool | None]]:
        kept = {**template.all("DynamoDB::GlobalTable"), **template.all("S3::Bucket")}
        return {
            (
                resource["DeletionPolicy"],
                resource["Properties"].get("Replicas", [{}])[0].get("DeletionProtectionEnabled"),
            )
            for resource in kept.values()
        }

    assert fates(express) == {("Retain", True), ("Retain", None)}
    assert fates(function_url) == {("Delete", False), ("Delete", None)}
    # S3 does not let go of a bucket that is not empty.
    assert len(function_url.all("Custom::S3AutoDeleteObjects")) == len(
        function_url.all("S3::Bucket")
    )


def test_the_settings_name_what_was_made(express: Template) -> None:
    said = text(express.outputs()["WorkerSettings"])
    for pair in (
        '"CANVAS_BUCKET":"${StoragePictures}"',
        '"CANVAS_JOBS_TABLE":"${StorageJobs}"',
        '"CANVAS_LEDGER_TABLE":"${StorageLedger}"',
    ):
        assert pair in said
