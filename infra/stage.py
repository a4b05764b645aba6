"""An environment in one of its regions: what its stacks are called and where they are."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk

from infra.environments.model import Environment, Region

PRODUCT = "vivamarket"


@dataclass(frozen=True, slots=True)
class Stage:
    """One environment in one region."""

    app: cdk.App
    environment: Environment
    region: Region

    @property
    def is_second(self) -> bool:
        """Tell whether this is the region that takes over."""
        return self.region == self.environment.second_region

    @property
    def other_region(self) -> Region | None:
        """Return the other region of the environment, or None when it has one only."""
        return next((each for each in self.environment.regions if each != self.region), None)

    def stack(self, kind: str, description: str, *, region: str | None = None) -> cdk.Stack:
        """Make a stack, which one mistaken command cannot delete.

        Nothing has to be uploaded beside its template.
        """
        return cdk.Stack(
            self.app,
            f"{self.environment.name}-{kind}{'-second' if self.is_second else ''}",
            stack_name=self.name(kind),
            description=f"VivaMarket {self.environment.name}: {description}",
            env=cdk.Environment(region=region or self.region.name),
            synthesizer=cdk.BootstraplessSynthesizer(),
            termination_protection=True,
            analytics_reporting=False,
            tags={"vivamarket:environment": self.environment.name, "vivamarket:stack": kind},
        )

    def name(self, thing: str) -> str:
        """Return the name of something that is found by its name."""
        return f"{PRODUCT}-{self.environment.name}-{thing}"

    def bucket_name(self, thing: str, *, region: str | None = None) -> str:
        """Return a bucket's name, which no other account and no other region has."""
        return f"{self.name(thing)}-{cdk.Aws.ACCOUNT_ID}-{region or self.region.name}"

    @property
    def topic_arn(self) -> str:
        """Return the topic that tells operations about trouble (``watch`` makes it)."""
        return f"arn:aws:sns:{self.region.name}:{cdk.Aws.ACCOUNT_ID}:{self.name('notify-ops')}"

    def key_alias(self, thing: str) -> str:
        """Return a key's alias; it is the same in every region."""
        return f"alias/{self.name(thing)}"

    def key_alias_arn(self, thing: str, region: str) -> str:
        """Return the alias's ARN in a region, for what is copied there."""
        return f"arn:aws:kms:{region}:{cdk.Aws.ACCOUNT_ID}:{self.key_alias(thing)}"
