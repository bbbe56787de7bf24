"""Routes for AWS::Serverless::HttpApi.

SAM turns it into an AWS::ApiGatewayV2::Api whose `Body` is an OpenAPI document. ministack ignores that document: the
stack deploys and every route answers 404. Here each operation of it becomes an integration and a route.
"""
# mypy: ignore-errors

import re

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

ANY = "x-amazon-apigateway-any-method"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", ANY}


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_with_routes(logical_id: str, props: dict, stack_name: str) -> tuple:
        made = create(logical_id, props, stack_name)
        import_body(made[0], props.get("Body"))
        return made

    def update_with_routes(
        physical_id: str, old: dict, new: dict, stack_name: str, logical_id: str | None = None
    ) -> tuple:
        made = update(physical_id, old, new, stack_name, logical_id)
        import_body(made[0], new.get("Body"))
        return made

    handlers["create"], handlers["update"] = create_with_routes, update_with_routes


def import_body(api_id: str, body: dict | None) -> None:
    if not body:
        return
    apigateway._routes[api_id], apigateway._integrations[api_id] = {}, {}
    for path, operations in (body.get("paths") or {}).items():
        for method, operation in operations.items():
            if method in METHODS and isinstance(operation, dict):
                add_route(api_id, route_key(path, method), operation.get("x-amazon-apigateway-integration") or {})


def route_key(path: str, method: str) -> str:
    if path == "/$default":
        return "$default"
    return f"{'ANY' if method == ANY else method.upper()} {path}"


def add_route(api_id: str, key: str, integration: dict) -> None:
    uri = str(integration.get("uri", ""))
    function = re.search(r"functions/(arn:[^/]+)/invocations", uri)
    props = {
        "ApiId": api_id,
        "IntegrationType": str(integration.get("type", "aws_proxy")).upper(),
        "IntegrationUri": function.group(1) if function else uri,
        "PayloadFormatVersion": integration.get("payloadFormatVersion", "2.0"),
        "TimeoutInMillis": integration.get("timeoutInMillis", 30000),
    }
    integration_id, _ = provisioners._apigw_v2_integration_create("integration", props, "")
    route = {"ApiId": api_id, "RouteKey": key, "Target": f"integrations/{integration_id}"}
    provisioners._apigw_v2_route_create("route", route, "")
