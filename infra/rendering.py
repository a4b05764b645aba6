"""The templates as they are kept: sorted, stable, small enough to be sent inline."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import yaml

from infra.api_document import api_document
from infra.app import make_stacks
from infra.environments import ENVIRONMENTS
from infra.environments.model import Environment

#: What CloudFormation takes in the body of a request.
TEMPLATE_BYTES_MAX = 51_200
FOLDER = Path(__file__).with_name("templates")
#: Behaviour of CDK that is a choice: no repetition in policies, findings of its own validation are errors.
CONTEXT = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-kms:aliasNameRef": True,
    "@aws-cdk/core:validateSnapshotRemovalPolicy": True,
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
}


class TemplateRefused(Exception):
    """A stack breaks a rule, or its template is too large to deploy inline."""


def render() -> dict[Path, str]:
    """Return every template under its path below ``FOLDER``.

    Raises ``TemplateRefused`` with the findings of the checkers that have no written reason.
    """
    rendered: dict[Path, str] = {Path("api.json"): api_document()}
    for environment in ENVIRONMENTS:
        rendered.update(_render(environment))
    return rendered


def _render(environment: Environment) -> dict[Path, str]:
    with tempfile.TemporaryDirectory(prefix="viva-cdk-") as folder:
        app = cdk.App(outdir=folder, context=CONTEXT, analytics_reporting=False, tree_metadata=False)
        make_stacks(app, environment)
        try:
            app.synth()
        except RuntimeError as error:  # what jsii makes of every JavaScript error
            findings = "\n".join(_findings(Path(folder)))
            if not findings:
                raise
            raise TemplateRefused(findings) from error
        return {
            Path(
                environment.name, f"{file.name.removeprefix(f'{environment.name}-').split('.')[0]}.yaml"
            ): _text(file)
            for file in sorted(Path(folder).glob("*.template.json"))
        }


def _findings(folder: Path) -> Iterator[str]:
    report = folder / "validation-report.json"
    if not report.exists():
        return
    for plugin in json.loads(report.read_text()).get("pluginReports", []):
        for violation in plugin.get("violations", []):
            where = ", ".join(
                each.get("constructPath") or each.get("resourceLogicalId", "?")
                for each in violation.get("violatingConstructs", violation.get("violatingResources", []))
            )
            yield f"{violation['ruleName']} at {where}: {violation.get('description', '')}"


def _text(file: Path) -> str:
    template: dict[str, Any] = json.loads(file.read_text())
    text = yaml.dump(template, Dumper=yaml.CSafeDumper, sort_keys=True, allow_unicode=True, width=120)
    size = len(text.encode())
    if size > TEMPLATE_BYTES_MAX:
        raise TemplateRefused(f"{file.name} has {size} bytes; {TEMPLATE_BYTES_MAX} can be sent inline.")
    return text
