"""What template.yaml declares, read by its own words, and made in moto for the contract suites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
THROWAWAY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's tags as what stands behind them."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.ScalarNode)
    return loader.construct_scalar(node)


_Template.add_multi_constructor("!", _plain)


def _template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Template)  # noqa: S506 - a safe loader
    return loaded


def properties(logical_id: str) -> dict[str, Any]:
    """The properties of a resource as the template declares it."""
    found: dict[str, Any] = _template()["Resources"][logical_id]["Properties"]
    return found


def environment() -> dict[str, str]:
    """The variables the template gives every function: parameters at their defaults, and a name for all else."""
    template = _template()
    defaults = {name: str(each["Default"]) for name, each in template["Parameters"].items() if "Default" in each}
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    return {name: defaults.get(value, "some-name") for name, value in variables.items()}


def make_table(client: Any, logical_id: str) -> str:
    """Create the table as declared, as far as it concerns what can be read and written; its name."""
    declared = properties(logical_id)
    keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=logical_id, **{key: declared[key] for key in keys if key in declared})
    return logical_id


def make_fifo_queue(client: Any, logical_id: str) -> str:
    """Create the FIFO queue as declared, without its dead-letter queue; its address."""
    declared = properties(logical_id)
    names = ("FifoQueue", "DeduplicationScope", "FifoThroughputLimit", "VisibilityTimeout")
    attributes = {
        name: str(declared[name]).lower() if declared[name] is True else str(declared[name]) for name in names
    }
    url: str = client.create_queue(QueueName=f"{logical_id}.fifo", Attributes=attributes)["QueueUrl"]
    return url
