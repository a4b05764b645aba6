"""The kept CloudFormation templates; that they are what the stacks say, the step "infra templates" checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "infra" / "templates"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one template."""

    #: ``small/data:Database``
    where: str
    kind: str
    properties: Mapping[str, Any]
    whole: Mapping[str, Any]


@cache
def templates() -> Mapping[str, Mapping[str, Any]]:
    """Return every template under ``small/data``."""
    return {
        str(path.relative_to(FOLDER).with_suffix("")): yaml.load(path.read_bytes(), yaml.CSafeLoader)
        for path in sorted(FOLDER.glob("*/*.yaml"))
    }


@cache
def all_resources() -> tuple[Resource, ...]:
    """Return the resources of all templates."""
    return tuple(
        Resource(f"{name}:{id_}", each["Type"], each.get("Properties", {}), each)
        for name, template in templates().items()
        for id_, each in template["Resources"].items()
    )


def resources(*kinds: str, size: str | None = None) -> list[Resource]:
    """Return the resources of these kinds, at least one: a slip of the pen would prove nothing."""
    found = [
        each
        for each in all_resources()
        if each.kind in kinds and (size is None or each.where.startswith(f"{size}/"))
    ]
    assert found, f"no template has a resource of {kinds}"
    return found


def statements() -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """Yield every statement of every policy of a role: its own, those beside it and attached ones."""
    for each in all_resources():
        documents = [each.properties["PolicyDocument"]] if each.kind == "AWS::IAM::Policy" else []
        if each.kind == "AWS::IAM::Role":
            documents += [policy["PolicyDocument"] for policy in each.properties.get("Policies", ())]
        for document in documents:
            for statement in document["Statement"]:
                yield each, statement


def listed(value: object) -> list[object]:
    """Return what may stand alone or in a list as a list."""
    return value if isinstance(value, list) else [value]


def text(value: object) -> str:
    """Return a value with what CloudFormation fills in as one text that can be searched."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
