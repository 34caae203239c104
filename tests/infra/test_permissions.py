"""Each part may do what its code calls, and nothing else.

What the code calls is read off the adapters that the part is wired with: an adapter that makes
another call fails a test here until the policy is told.
"""

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.infra.template import Template, actions, granted, text
from tests.processes import ROOT

FRONTEND, WORKER = ROOT / "frontend/wiring.py", ROOT / "worker/wiring.py"
ADAPTERS = "shared.adapters."
ENTRY_POINTS = {"FrontendRole": FRONTEND, "WorkerRole": WORKER, "ReconcilerRole": WORKER}

_OTHER_NAMES = {
    "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:GeneratePresignedPost": "s3:PutObject",
    "bedrock:Converse": "bedrock:InvokeModel",
}
"""Where an action is not called as the request is."""
_NOT_ITS_OWN = {
    "FrontendRole": {
        # The queue is one adapter; the frontend only sends.
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
    },
    "ReconcilerRole": {
        # It is wired as the worker is, and neither calls models nor keeps pictures.
        "bedrock:InvokeModel",
        "s3:PutObject",
    },
}
_BESIDES = {
    # Without it S3 does not tell a missing object from a forbidden one.
    "FrontendRole": {"s3:ListBucket", "secretsmanager:DescribeSecret"},
    "WorkerRole": {"s3:ListBucket"},
    "ReconcilerRole": {"s3:ListBucket"},
}


def adapters_of(wiring: Path) -> set[Path]:
    """The adapters that a wiring module imports, and those that they import."""
    found: set[Path] = set()
    waiting = [wiring]
    while waiting:
        for module in _imports(waiting.pop()):
            if not module.startswith(ADAPTERS):
                continue
            file = ROOT / (module.replace(".", "/") + ".py")
            if file not in found:
                found.add(file)
                waiting.append(file)
    return found


def _imports(file: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


_SERVICES = {
    "dynamo_": "dynamodb",
    "sqs_": "sqs",
    "s3_": "s3",
    "bedrock_": "bedrock",
    "aws_secrets": "secretsmanager",
}
_PROBED = {"describe_table": "dynamodb", "get_queue_url": "sqs", "head_bucket": "s3"}


def called(wiring: Path) -> set[str]:
    """The actions that a part's adapters ask of AWS."""
    return {
        _OTHER_NAMES.get(action, action) for file in adapters_of(wiring) for action in _calls(file)
    }


def _calls(file: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        whose, method = ast.unparse(node.func.value), node.func.attr
        if not re.fullmatch(r"(self\._)?client", whose):
            continue
        service = _PROBED.get(method) or next(
            (s for prefix, s in _SERVICES.items() if file.name.startswith(prefix)), None
        )
        assert service, f"{file.name}: whose call is {method}?"
        yield f"{service}:{''.join(part.title() for part in method.split('_'))}"


@pytest.mark.parametrize("role", ENTRY_POINTS)
def test_a_part_may_do_what_its_adapters_call_and_nothing_else(every: Template, role: str) -> None:
    allowed = {
        action
        for action in actions(every.statements(role))
        # What the event source and the log of a function want is AWS's own.
        if not action.startswith(("logs:", "ecr:", "xray:")) and action != "sqs:GetQueueAttributes"
    }
    expected = called(ENTRY_POINTS[role]) - _NOT_ITS_OWN.get(role, set()) | _BESIDES[role]
    assert allowed == expected


def test_the_calls_are_really_found() -> None:
    """An AST that finds nothing would let everything through."""
    assert {"dynamodb:PutItem", "sqs:SendMessage", "s3:PutObject"} <= called(FRONTEND)
    assert {"bedrock:InvokeModel", "bedrock:GetFoundationModel"} <= called(FRONTEND)
    assert {"sqs:ReceiveMessage", "s3:GetObject", "bedrock:InvokeModel"} <= called(WORKER)


def test_nothing_is_allowed_on_everything(every: Template) -> None:
    for role in ENTRY_POINTS:
        for statement in every.statements(role):
            for action in (
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            ):
                assert "*" not in action
                assert "*" not in list(granted([statement], action))


def test_tables_queues_and_the_bucket_are_named(express: Template) -> None:
    worker = express.statements("WorkerRole")
    assert set(granted(worker, "dynamodb:PutItem")) == {
        "${StorageJobs.Arn}",
        "${StorageLedger.Arn}",
    }
    assert set(granted(worker, "dynamodb:Query")) == {
        "${StorageJobs.Arn}/index/owner-created",
        "${StorageJobs.Arn}/index/due",
        "${StorageLedger.Arn}/index/due",
        "${StorageLedger.Arn}",
    }
    assert set(granted(worker, "s3:PutObject")) == {
        "${StoragePictures.Arn}/uploads/*",
        "${StoragePictures.Arn}/artifacts/*",
    }
    lanes = {"${QueuesNormal.Arn}", "${QueuesLow.Arn}"}
    for action in ("sqs:ReceiveMessage", "sqs:SendMessage"):
        assert set(granted(worker, action)) == {*lanes, "${QueuesDead.Arn}"}
    reconciler = express.statements("ReconcilerRole")
    assert set(granted(reconciler, "sqs:ReceiveMessage")) == {"${QueuesDead.Arn}"}
    assert set(granted(express.statements("FrontendRole"), "sqs:SendMessage")) == lanes


def test_only_the_catalogue_s_models_may_be_called(express: Template) -> None:
    worker = set(granted(express.statements("WorkerRole"), "bedrock:InvokeModel"))
    assert "arn:${AWS::Partition}:bedrock:us-west-2::foundation-model/" not in worker
    assert all(
        re.search(r"(foundation-model|inference-profile)/(us\.)?(stability|amazon)\.", arn)
        for arn in worker
    )
    assert not any(":*:" in arn for arn in worker)


def test_the_frontend_calls_its_two_text_models_and_no_image_model(express: Template) -> None:
    models = {
        arn.rpartition("/")[2]
        for arn in granted(express.statements("FrontendRole"), "bedrock:InvokeModel")
    }
    assert models == {
        "global.amazon.nova-2-lite-v1:0",
        "amazon.nova-2-lite-v1:0",
        "us.amazon.nova-lite-v1:0",
        "amazon.nova-lite-v1:0",
    }


def test_only_the_frontend_reads_secrets_and_only_its_own(express: Template) -> None:
    assert set(granted(express.statements("FrontendRole"), "secretsmanager:GetSecretValue")) == {
        "${CookieSecretfirst}",
        "${OriginSecretfirst}",
        "${KeysPrivatefirst}",
    }
    assert actions(express.statements("WorkerRole"), "secretsmanager:") == set()


def test_the_maker_of_keys_reads_and_writes_those_secrets_alone(service: Template) -> None:
    maker = service.statements("KeysMakerRole")
    assert set(granted(maker, "secretsmanager:PutSecretValue")) == {
        "${KeysPrivatesecond}",
        "${KeysPrivatefirst}",
    }
    assert actions(maker, "secretsmanager:") == {
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
    }


def test_every_policy_fits_into_what_aws_takes(every: Template) -> None:
    """IAM counts the characters of a managed policy, and of all inline ones of a role."""

    def size(policy: dict[str, Any]) -> int:
        document = policy["Properties"]["PolicyDocument"]
        return len(json.dumps(resolved(document), separators=(",", ":")))

    def resolved(value: Any) -> Any:
        match value:
            case dict() if len(value) == 1 and next(iter(value)) in ("Ref", "Fn::GetAtt"):
                return "x" * 90
            case {"Fn::Join": _}:
                known = text(value).replace("${AWS::Partition}", "aws-us-gov")
                return known.replace("${AWS::AccountId}", "1" * 12)
            case dict():
                return {key: resolved(each) for key, each in value.items()}
            case list():
                return [resolved(each) for each in value]
            case _:
                return value

    for policy in every.all("IAM::ManagedPolicy").values():
        assert size(policy) <= 6144
    for policy in every.all("IAM::Policy").values():
        assert size(policy) <= 10_240
