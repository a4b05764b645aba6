"""``api``: the addresses of the API, the functions that answer them, and how a new version comes in."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from infra.api_document import api_document, document_key
from infra.handlers import API_HANDLERS
from infra.parts.functions import ALIAS, Function, function, package
from infra.parts.grants import Shop
from infra.parts.logs import log_group
from infra.parts.reasons import accept
from infra.parts.roles import service_role
from infra.stacks.data import ARTIFACTS
from infra.stage import Stage

REQUESTS_PER_SECOND_MAX = 200
REQUESTS_BURST_MAX = 400
STAGE_NAME = "live"
ERRORS_PER_MINUTE_MAX = 2
SHIFT = "CodeDeployDefault.LambdaCanary10Percent5Minutes"


@dataclass(frozen=True, slots=True)
class Api:
    """What the other stacks take from here."""

    stack: cdk.Stack
    name: str
    #: Where CloudFront finds it.
    domain: str
    #: Where the key is that only CloudFront knows.
    origin_key: str
    functions: tuple[Function, ...]


def api(shop: Shop) -> Api:
    """Make the stack."""
    stage = shop.stage
    stack = stage.stack("api", "the API's addresses and functions")
    code = package(stack)
    shift = _shift(stage, stack)
    functions = tuple(
        function(shop, stack, each, code, name=stage.name(f"api-{each.name}"), shift=shift)
        for each in API_HANDLERS
    )
    document = api_document()
    gateway = apigateway.CfnRestApi(
        stack,
        "Gateway",
        name=stage.name("api"),
        description="The shop's API, from the document that its code exports",
        body=cdk.Fn.transform(
            "AWS::Include", {"Location": f"s3://{stage.bucket_name(ARTIFACTS)}/{document_key(document)}"}
        ),
        endpoint_configuration=apigateway.CfnRestApi.EndpointConfigurationProperty(types=["REGIONAL"]),
        fail_on_warnings=True,
    )
    for each in functions:
        _let_in(stack, gateway, each)
    deployment = apigateway.CfnDeployment(
        stack, f"Deployment{document_key(document)[4:14]}", rest_api_id=gateway.ref
    )
    deployed = _stage(shop, stack, gateway, deployment)
    return Api(
        stack,
        stage.name("api"),
        f"{gateway.ref}.execute-api.{stage.region.name}.amazonaws.com",
        _origin_key(shop, stack, gateway, deployed),
        functions,
    )


def _stage(
    shop: Shop, stack: cdk.Stack, gateway: apigateway.CfnRestApi, deployment: apigateway.CfnDeployment
) -> apigateway.CfnStage:
    environment = shop.stage.environment
    key, days = shop.guard.operations_key, environment.log_days
    group = log_group(stack, "AccessLogs", name=f"/vivamarket/{environment.name}/api", key=key, days=days)
    group_arn = cdk.Fn.select(0, cdk.Fn.split(":*", group.attr_arn))
    fields = ("requestId", "httpMethod", "path", "status", "responseLatency", "integrationErrorMessage")
    line = ", ".join(f'"{field}": "$context.{field}"' for field in fields)
    deployed = apigateway.CfnStage(
        stack,
        "Stage",
        rest_api_id=gateway.ref,
        deployment_id=deployment.ref,
        stage_name=STAGE_NAME,
        tracing_enabled=True,
        access_log_setting=apigateway.CfnStage.AccessLogSettingProperty(
            destination_arn=group_arn, format="{" + line + "}"
        ),
        method_settings=[
            apigateway.CfnStage.MethodSettingProperty(
                resource_path="/*",
                http_method="*",
                metrics_enabled=True,
                logging_level="ERROR",
                data_trace_enabled=False,  # bodies hold people's data
                throttling_rate_limit=REQUESTS_PER_SECOND_MAX,
                throttling_burst_limit=REQUESTS_BURST_MAX,
            )
        ],
    )
    deployed.node.add_dependency(_account(stack))
    accept(
        deployed,
        "AwsSolutions-APIG3",
        "The firewall stands before it, at CloudFront; only that knows the key.",
    )
    accept(
        gateway, "AwsSolutions-APIG2", "The application checks every request, and answers in its own words."
    )
    return deployed


def _account(stack: cdk.Stack) -> apigateway.CfnAccount:
    """Let API Gateway write its error logs; one setting for the whole account and region."""
    role = service_role(
        stack,
        "GatewayLogsRole",
        service="apigateway.amazonaws.com",
        policy="service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        reason="The only policy that API Gateway accepts for this setting.",
    )
    return apigateway.CfnAccount(stack, "GatewayAccount", cloud_watch_role_arn=role.role_arn)


def _let_in(stack: cdk.Stack, gateway: apigateway.CfnRestApi, called: Function) -> None:
    """Let this gateway, and no other, call the function."""
    permission = lambda_.CfnPermission(
        stack,
        f"{called.alias.node.id}Permission",
        action="lambda:InvokeFunction",
        function_name=called.alias.ref,
        principal="apigateway.amazonaws.com",
        source_account=cdk.Aws.ACCOUNT_ID,
        source_arn=f"arn:aws:execute-api:{stack.region}:{cdk.Aws.ACCOUNT_ID}:{gateway.ref}/*/*",
    )
    permission.add_resource_dependency(called.alias)


def _origin_key(
    shop: Shop, stack: cdk.Stack, gateway: apigateway.CfnRestApi, deployed: apigateway.CfnStage
) -> str:
    """Make the key that CloudFront sends along, so that nobody comes around its firewall."""
    secret = secretsmanager.Secret(
        stack,
        "OriginKey",
        secret_name=shop.secret_name("origin"),
        description="What CloudFront shows to API Gateway",
        encryption_key=shop.guard.data_key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    accept(
        secret,
        "AwsSolutions-SMG4",
        "CloudFront and API Gateway learn it only when their stacks are deployed.",
    )
    value = f"{{{{resolve:secretsmanager:{secret.secret_arn}:SecretString}}}}"
    known = apigateway.CfnApiKey(
        stack, "CloudFrontKey", name=shop.stage.name("cloudfront"), enabled=True, value=value
    )
    plan = apigateway.CfnUsagePlan(
        stack,
        "UsagePlan",
        usage_plan_name=shop.stage.name("cloudfront"),
        api_stages=[apigateway.CfnUsagePlan.ApiStageProperty(api_id=gateway.ref, stage=deployed.ref)],
    )
    apigateway.CfnUsagePlanKey(
        stack, "UsagePlanKey", key_id=known.ref, key_type="API_KEY", usage_plan_id=plan.ref
    )
    return value


def _shift(stage: Stage, stack: cdk.Stack) -> cdk.CfnCodeDeployLambdaAliasUpdate:
    """A tenth of the calls goes to a new version for five minutes; errors send them all back."""
    role = iam.Role(stack, "DeployRole", assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"))
    region, account = stage.region.name, cdk.Aws.ACCOUNT_ID
    functions = [
        f"arn:aws:lambda:{region}:{account}:function:{stage.name(f'api-{each.name}')}"
        for each in API_HANDLERS
    ]
    move = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    aliases = [f"{each}:{ALIAS}" for each in functions]
    role.add_to_policy(iam.PolicyStatement(actions=move, resources=[*functions, *aliases]))
    role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=["*"]))
    accept(role, "AwsSolutions-IAM5[Resource::*]", "Describing alarms knows no resources in IAM.")
    alarms = [_errors(stage, stack, each.name) for each in API_HANDLERS]
    application = codedeploy.CfnApplication(
        stack, "Deployments", application_name=stage.name("api"), compute_platform="Lambda"
    )
    group = codedeploy.CfnDeploymentGroup(
        stack,
        "DeploymentGroup",
        application_name=application.ref,
        deployment_group_name=stage.name("api"),
        deployment_config_name=SHIFT,
        service_role_arn=role.role_arn,
        deployment_style=codedeploy.CfnDeploymentGroup.DeploymentStyleProperty(
            deployment_type="BLUE_GREEN", deployment_option="WITH_TRAFFIC_CONTROL"
        ),
        auto_rollback_configuration=codedeploy.CfnDeploymentGroup.AutoRollbackConfigurationProperty(
            enabled=True,
            events=["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        ),
        alarm_configuration=codedeploy.CfnDeploymentGroup.AlarmConfigurationProperty(
            enabled=True,
            alarms=[codedeploy.CfnDeploymentGroup.AlarmProperty(name=each) for each in alarms],
        ),
    )
    return cdk.CfnCodeDeployLambdaAliasUpdate(
        application_name=application.ref, deployment_group_name=group.ref
    )


def _errors(stage: Stage, stack: cdk.Stack, name: str) -> str:
    """Ring when a function fails; who deploys, goes back. The people are told by ``watch``."""
    function_name = stage.name(f"api-{name}")
    alarm = cloudwatch.CfnAlarm(
        stack,
        f"{name.title()}Errors",
        alarm_name=f"{function_name}-errors",
        alarm_description=f"What to do: docs/operate/cloud-alarms.md#api-{name}-errors",
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions=[cloudwatch.CfnAlarm.DimensionProperty(name="FunctionName", value=function_name)],
        statistic="Sum",
        period=60,
        evaluation_periods=1,
        threshold=ERRORS_PER_MINUTE_MAX,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[stage.topic_arn],
    )
    return str(alarm.ref)
