"""The app: which stacks an environment has, and in which order they need each other."""

from __future__ import annotations

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.environments.model import Environment
from infra.parts.grants import Shop
from infra.stacks.api import api
from infra.stacks.data import data, files
from infra.stacks.guard import guard
from infra.stacks.identity import identity
from infra.stacks.network import network
from infra.stacks.recovery import copies, recovery
from infra.stacks.watch import watch
from infra.stacks.web import web
from infra.stacks.worker import worker
from infra.stage import Stage


def make_stacks(app: cdk.App, environment: Environment) -> None:
    """Make the stacks of an environment in all its regions, and have them checked."""
    for region in environment.regions:
        stage = Stage(app, environment, region)
        guarded = guard(stage)
        net = network(stage, guarded)
        files(stage, guarded)
        kept = data(stage, guarded, net)
        people = identity(stage, guarded)
        shop = Shop(stage, guarded, net, kept, people)
        answers = api(shop)
        worker(shop)
        shown = None if stage.is_second else web(shop, answers)  # CloudFront is everywhere by itself
        watch(shop, shown)
        if not stage.is_second:
            recovery(shop)
            copies(stage)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
