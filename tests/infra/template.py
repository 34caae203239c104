"""A synthesised template, as tests look at it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """Resources by logical id, found by their type."""

    body: dict[str, Any]

    @classmethod
    def read(cls, file: Path) -> "Template":
        return cls(json.loads(file.read_text()))

    @property
    def resources(self) -> dict[str, Resource]:
        resources: dict[str, Resource] = self.body["Resources"]
        return resources

    def all(self, kind: str) -> dict[str, Resource]:
        """Logical id → resource, of one type; its service's name may be left out."""
        return {
            name: resource
            for name, resource in self.resources.items()
            if resource["Type"] == kind or resource["Type"].endswith(f"::{kind}")
        }

    def one(self, kind: str, named: str = "") -> Resource:
        """The only resource of a type whose logical id begins so."""
        found = [r for name, r in self.all(kind).items() if name.startswith(named)]
        assert len(found) == 1, f"{kind} {named}: {sorted(self.all(kind))}"
        return found[0]

    def properties(self, kind: str, named: str = "") -> dict[str, Any]:
        properties: dict[str, Any] = self.one(kind, named)["Properties"]
        return properties

    def made_before(self, name: str) -> set[str]:
        """Logical ids of all that CloudFormation makes, or changes, before it turns to this one."""
        resource = self.resources[name]
        depends = resource.get("DependsOn", [])
        first = {depends} if isinstance(depends, str) else {*depends}
        first |= set(_named(resource["Properties"])) & self.resources.keys()
        return first.union(*map(self.made_before, first))

    def outputs(self) -> dict[str, Any]:
        return {name: output["Value"] for name, output in self.body["Outputs"].items()}

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What the inline policies of a role, by the beginning of its logical id, say."""
        policies = [*self.all("IAM::Policy").values(), *self.all("IAM::ManagedPolicy").values()]
        return [
            statement
            for policy in policies
            if any(each["Ref"].startswith(role) for each in policy["Properties"].get("Roles", ()))
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]


def _named(value: Any) -> Iterator[str]:
    """The resources that a value is made from."""
    match value:
        case {"Ref": name}:
            yield name
        case {"Fn::GetAtt": [name, *_]}:
            yield name
        case {"Fn::Sub": [str(words), *_]} | {"Fn::Sub": str(words)}:
            yield from re.findall(r"\$\{(\w+)", words)
            yield from _named(value["Fn::Sub"]) if isinstance(value["Fn::Sub"], list) else ()
        case dict():
            yield from (name for each in value.values() for name in _named(each))
        case list():
            yield from (name for each in value for name in _named(each))


def text(value: Any) -> str:
    """A value as one string; what only a deployment knows stands in it as ``${Name.Attribute}``,
    without the hash at the end of the CDK's names."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return "${" + _bare(name) + "}"
        case {"Fn::GetAtt": [name, attribute]}:
            return "${" + f"{_bare(name)}.{attribute}" + "}"
        case {"Fn::Join": [between, parts]} if isinstance(parts, list):
            return str(between).join(map(text, parts))
        case _:
            return json.dumps(value)


def texts(value: Any) -> list[str]:
    """One or many, as a list."""
    return [text(each) for each in (value if isinstance(value, list) else [value])]


def actions(statements: list[dict[str, Any]], service: str = "") -> set[str]:
    """Every action that is allowed, of one service or all."""
    return {
        action
        for statement in statements
        if statement["Effect"] == "Allow"
        for action in texts(statement["Action"])
        if action.startswith(service)
    }


def granted(statements: list[dict[str, Any]], action: str) -> Iterator[str]:
    """The resources on which an action is allowed."""
    for statement in statements:
        if statement["Effect"] == "Allow" and action in texts(statement["Action"]):
            yield from texts(statement["Resource"])


def _bare(name: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", name)
