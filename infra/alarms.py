"""What rings as data: what is measured, from where on it is trouble, and for how long it must be.

``docs/operate/cloud-alarms.md`` says for each what to do; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra.stage import Stage
from vivamarket.adapters.aws.queues import QUEUES

GIB = 1024**3
PERIOD_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that rings."""

    #: Also its heading in the page that says what to do.
    name: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    threshold: float
    statistic: str = "Average"
    #: It rings below the threshold, not above.
    below: bool = False
    periods: int = 2
    period_seconds: int = PERIOD_SECONDS
    #: No figures at all are trouble too.
    silence_rings: bool = False

    def id_for(self, number: int) -> str:
        """Return its id in a template."""
        return "".join(word.title() for word in self.name.split("-")) + (str(number) if number else "")


def alarms(stage: Stage, *, distribution_id: str | None, has_nat_instance: str | None) -> list[Alarm]:
    """Return everything that rings in a region."""
    return [
        *_database(stage),
        *_cache(stage),
        *_api(stage, distribution_id),
        *_worker(stage),
        *_way_out(has_nat_instance),
    ]


def _database(stage: Stage) -> list[Alarm]:
    named = {"DBInstanceIdentifier": stage.name("database")}
    size = stage.environment.database

    def alarm(
        name: str, metric: str, threshold: float, *, below: bool = False, must_speak: bool = False
    ) -> Alarm:
        return Alarm(
            name=name,
            namespace="AWS/RDS",
            metric=metric,
            dimensions=named,
            threshold=threshold,
            below=below,
            silence_rings=must_speak,
        )

    found = [
        alarm("database-busy", "CPUUtilization", 70, must_speak=True),
        alarm("database-connections", "DatabaseConnections", size.connections_max * 0.85),
        alarm("database-disk", "FreeStorageSpace", 3 * GIB, below=True),
    ]
    if stage.is_second:
        found.append(alarm("replica-behind", "ReplicaLag", 5))
    return found


def _cache(stage: Stage) -> list[Alarm]:
    def alarm(name: str, metric: str, threshold: float) -> Alarm:
        named = {"CacheClusterId": f"{stage.name('cache')}-001"}
        return Alarm(
            name=name, namespace="AWS/ElastiCache", metric=metric, dimensions=named, threshold=threshold
        )

    return [
        alarm("cache-busy", "EngineCPUUtilization", 70),
        alarm("cache-full", "DatabaseMemoryUsagePercentage", 85),
    ]


def _api(stage: Stage, distribution_id: str | None) -> list[Alarm]:
    gateway = {"ApiName": stage.name("api")}

    def alarm(name: str, metric: str, statistic: str, threshold: float) -> Alarm:
        return Alarm(
            name=name,
            namespace="AWS/ApiGateway",
            metric=metric,
            dimensions=gateway,
            statistic=statistic,
            threshold=threshold,
        )

    found = [
        alarm("api-fails", "5XXError", "Sum", 5),
        alarm("api-slow", "Latency", "p99", 3_000),
        Alarm(
            name="api-refused",
            namespace="AWS/Lambda",
            metric="Throttles",
            dimensions={"FunctionName": stage.name("api-api")},
            statistic="Sum",
            threshold=10,
        ),
    ]
    if distribution_id is not None:
        found.append(
            Alarm(
                name="pages-fail",
                namespace="AWS/CloudFront",
                metric="5xxErrorRate",
                dimensions={"DistributionId": distribution_id, "Region": "Global"},
                threshold=2,
            )
        )
    return found


def _worker(stage: Stage) -> list[Alarm]:
    named = {"ClusterName": stage.name("shop"), "ServiceName": stage.name("worker")}
    found = []
    if not stage.is_second:
        found = [
            Alarm(
                name="worker-busy",
                namespace="AWS/ECS",
                metric="CPUUtilization",
                dimensions=named,
                threshold=70,
                silence_rings=True,
            )
        ]
    for queue in QUEUES:
        found += [
            Alarm(
                name="events-wait",
                namespace="AWS/SQS",
                metric="ApproximateAgeOfOldestMessage",
                dimensions={"QueueName": stage.name(queue.name)},
                statistic="Maximum",
                threshold=300,
            ),
            Alarm(
                name="dead-letters",
                namespace="AWS/SQS",
                metric="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": stage.name(queue.dead_name)},
                statistic="Maximum",
                threshold=0,
                periods=1,
            ),
        ]
    return found


def _way_out(nat_instance: str | None) -> list[Alarm]:
    if nat_instance is None:
        return []
    return [
        Alarm(
            name="way-out-fails",
            namespace="AWS/EC2",
            metric="StatusCheckFailed",
            dimensions={"InstanceId": nat_instance},
            statistic="Maximum",
            threshold=0,
            period_seconds=60,
            silence_rings=True,
        )
    ]
