"""Where everything that must survive lies: a private bucket for pictures and two tables."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

FORGOTTEN_UPLOADS = cdk.Duration.days(92)
FORGOTTEN_ARTIFACTS = cdk.Duration.days(32)
"""The net under the reconciler: at this age no job can need them any more."""
UNFINISHED_UPLOADS = cdk.Duration.days(1)
RESTORE_WITHIN = 7
"""Days back to which a table can be restored; no job waits for longer."""
OWNER_INDEX = "owner-created"
DUE_INDEX = "due"
DUE_ENTRY = ("owner", "waits_in", "calls_missing")
"""What that index has of a job besides its keys."""
TEXT = dynamodb.AttributeType.STRING


class Storage(Construct):
    """The bucket, the tables, and a bucket for the access logs."""

    def __init__(self, scope: Construct, id: str, *, keep: bool, site_origins: list[str]) -> None:
        super().__init__(scope, id)
        removal = cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY
        self.logs = private_bucket(
            self,
            "Logs",
            # CloudFront delivers its logs with an access control list.
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
            lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(30))],
            removal_policy=removal,
            auto_delete_objects=not keep,
        )
        self.pictures = private_bucket(
            self,
            "Pictures",
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix="pictures/",
            cors=[_uploads_from(site_origins)],
            lifecycle_rules=_lifecycle(),
            removal_policy=removal,
            auto_delete_objects=not keep,
        )
        self.jobs = dynamodb.TableV2(
            self,
            "Jobs",
            partition_key=_key("id"),
            global_secondary_indexes=[
                _index(OWNER_INDEX, "owner", "listed"),
                _index(DUE_INDEX, "due_shard", "due_at", only=DUE_ENTRY),
            ],
            **_table(removal, protected=keep),
        )
        self.ledger = dynamodb.TableV2(
            self,
            "Ledger",
            partition_key=_key("pk"),
            sort_key=_key("sk"),
            global_secondary_indexes=[_index(DUE_INDEX, "due_shard", "due_at")],
            **_table(removal, protected=keep),
        )

    def variables(self) -> dict[str, str]:
        return {
            "CANVAS_BUCKET": self.pictures.bucket_name,
            "CANVAS_JOBS_TABLE": self.jobs.table_name,
            "CANVAS_LEDGER_TABLE": self.ledger.table_name,
        }


def private_bucket(scope: Construct, id: str, **more: Any) -> s3.Bucket:
    """A bucket that nobody outside reads, encrypted, and spoken to by TLS alone."""
    return s3.Bucket(
        scope,
        id,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        **more,
    )


def _uploads_from(origins: list[str]) -> s3.CorsRule:
    """Pages send uploads straight here, with a form that only the frontend can sign."""
    return s3.CorsRule(
        allowed_origins=origins,
        allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.POST],
        allowed_headers=["*"],
        exposed_headers=["ETag"],
        max_age=3600,
    )


def _lifecycle() -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(id="forgotten-uploads", prefix="uploads/", expiration=FORGOTTEN_UPLOADS),
        s3.LifecycleRule(
            id="forgotten-artifacts", prefix="artifacts/", expiration=FORGOTTEN_ARTIFACTS
        ),
        s3.LifecycleRule(
            id="unfinished-uploads", abort_incomplete_multipart_upload_after=UNFINISHED_UPLOADS
        ),
    ]


def index_arns(table: dynamodb.TableV2, *names: str) -> list[str]:
    return [f"{table.table_arn}/index/{name}" for name in names]


def _table(removal: cdk.RemovalPolicy, *, protected: bool) -> dict[str, Any]:
    return {
        "billing": dynamodb.Billing.on_demand(),
        "encryption": dynamodb.TableEncryptionV2.dynamo_owned_key(),
        "time_to_live_attribute": "ttl",
        "point_in_time_recovery_specification": dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True, recovery_period_in_days=RESTORE_WITHIN
        ),
        "deletion_protection": protected,
        "removal_policy": removal,
    }


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=TEXT)


def _index(
    name: str, partition: str, sort: str, *, only: tuple[str, ...] | None = None
) -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=name,
        partition_key=_key(partition),
        sort_key=_key(sort),
        projection_type=None if only is None else dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=None if only is None else list(only),
    )
