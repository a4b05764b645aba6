"""The app: which stacks an environment has, and in which order they need each other."""

from __future__ import annotations

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.environments.model import Environment
from infra.stacks.data import data
from infra.stacks.guard import guard
from infra.stacks.identity import identity
from infra.stacks.network import network
from infra.stage import Stage


def make_stacks(app: cdk.App, environment: Environment) -> None:
    """Make the stacks of an environment in all its regions, and have them checked."""
    for region in environment.regions:
        stage = Stage(app, environment, region)
        guarded = guard(stage)
        net = network(stage, guarded)
        data(stage, guarded, net)
        if not stage.is_second:
            identity(stage)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
