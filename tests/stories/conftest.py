"""Stories run on the deployed stack: real HTTP, NTLM over TLS, signatures, IAM enforced, on the local cloud."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bridge.aws.rows import Rows
from bridge.domain.outcome import MappingKind

from local.world import World, build
from tests.stories.distributor import deployed
from tests.stories.watching import MAPPED

REDELIVERY_SECONDS = 8  # longer than a cold start on a busy laptop

# Minutes a seed, and `make chaos` says which: no day in chaos among the stories of `make test`.
collect_ignore = [] if os.environ.get("CHAOS_SEEDS") else ["test_chaos.py"]  # noqa: TID251 - the tests' own switch


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as `sam build` makes it, once for all stories."""
    return build(tmp_path_factory.mktemp("sam") / "build")


@pytest.fixture(scope="session")
def shared_world(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose schedules stand still: a story wakes the poll and the sweep itself.

    Two waits are shortened, which change no behaviour: how long GP has to settle, and how long the queue waits before
    it gives a killed function's message to another.
    """
    with deployed(tmp_path_factory.mktemp("world"), built) as running:
        running.cloud.client("sqs").set_queue_attributes(
            QueueUrl=running.outputs["ToGpQueueUrl"], Attributes={"VisibilityTimeout": str(REDELIVERY_SECONDS)}
        )
        yield running


@pytest.fixture
def world(shared_world: World) -> World:
    """The world that stories share, in whatever order they come: mapped is what is in MAPPED, and nothing else."""
    state = Rows(shared_world.cloud.client("dynamodb"), shared_world.outputs["StateTable"])
    mapped = {str(key): value for kind in MappingKind for key, value in state.mapped_in(kind).items()}
    if others := mapped.keys() - MAPPED.keys():
        shared_world.operator("unmap", *others)
    if wanted := dict(MAPPED.items() - mapped.items()):
        shared_world.operator("map", *(f"{key}={value}" for key, value in wanted.items()))
    return shared_world
