"""A template without what the emulator lacks; what referred to that gets a string in its place."""

import copy
from collections.abc import Collection
from typing import Any

NOT_THERE = frozenset(
    {
        "AWS::AppRunner::AutoScalingConfiguration",
        "AWS::AppRunner::Service",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Budgets::Budget",
        "AWS::CloudFront::KeyGroup",
        "AWS::CloudFront::PublicKey",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        "AWS::ECS::ExpressGatewayService",
        # Functions of the CDK's own, whose code is in files that only `cdk deploy` uploads.
        "Custom::CDKBucketDeployment",
        "Custom::CrossRegionExportReader",
        "Custom::S3AutoDeleteObjects",
        # It would hand our messages to an image, and there is no Docker to run one.
        "AWS::Lambda::EventSourceMapping",
    }
)
_POLICIES = frozenset({"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"})
SIGNING_KEY = "SigningPublicKey"
"""An output that is added: the public half of the key that signs links."""


def reduced(template: dict[str, Any], stand_ins: dict[str, str]) -> dict[str, Any]:
    """``stand_ins`` says what a reference to a type that is not there becomes."""
    reducer = _Reducer(template, stand_ins)
    made: dict[str, Any] = reducer.put_right(copy.deepcopy(template))
    made.pop("Rules", None)
    made.get("Parameters", {}).pop("BootstrapVersion", None)
    made["Resources"] = {
        name: _without_missing_dependencies(_over_plain_http(resource), reducer.gone)
        for name, resource in made["Resources"].items()
        if name not in reducer.gone and not _says_nothing(_over_plain_http(resource))
    }
    key = next(n for n, r in made["Resources"].items() if r["Type"] == "Custom::SigningKey")
    made["Outputs"][SIGNING_KEY] = {"Value": {"Fn::GetAtt": [key, "PublicKey"]}}
    return made


class _Reducer:
    def __init__(self, template: dict[str, Any], stand_ins: dict[str, str]) -> None:
        self._types = {name: r["Type"] for name, r in template["Resources"].items()}
        self._stand_ins = stand_ins
        self.gone = {name for name, kind in self._types.items() if kind in NOT_THERE}

    def put_right(self, value: Any) -> Any:
        match value:
            case {"Ref": name} if name in self.gone:
                return self._stand_in(name)
            case {"Fn::GetAtt": [name, _]} if name in self.gone:
                return self._stand_in(name)
            case {"Ref": name} if self._types.get(name) == "AWS::SecretsManager::Secret":
                # On AWS, a secret's reference is its ARN; the emulator gives its name.
                return {"Fn::GetAtt": [name, "Id"]}
            case {"Fn::ImportValue": _}:
                return "stand-in-for-another-stack"
            case dict():
                return {key: self.put_right(each) for key, each in value.items()}
            case list():
                return [self.put_right(each) for each in value]
            case _:
                return value

    def _stand_in(self, name: str) -> str:
        return self._stand_ins.get(self._types[name], f"stand-in-for-{name}")


def _without_missing_dependencies(
    resource: dict[str, Any], gone: Collection[str]
) -> dict[str, Any]:
    named = resource.pop("DependsOn", [])
    there = [n for n in ([named] if isinstance(named, str) else named) if n not in gone]
    return {**resource, **({"DependsOn": there} if there else {})}


def _over_plain_http(resource: dict[str, Any]) -> dict[str, Any]:
    """Without the statements that refuse plain HTTP, which is what the emulator speaks."""
    if resource["Type"] not in _POLICIES:
        return resource
    kept = copy.deepcopy(resource)
    document = kept["Properties"]["PolicyDocument"]
    document["Statement"] = [
        s
        for s in document["Statement"]
        if s.get("Condition") != {"Bool": {"aws:SecureTransport": "false"}}
    ]
    return kept


def _says_nothing(resource: dict[str, Any]) -> bool:
    return (
        resource["Type"] in _POLICIES
        and resource["Properties"]["PolicyDocument"]["Statement"] == []
    )
