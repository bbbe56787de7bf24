"""A table as it was at an earlier moment, put back on the disk of a local cloud that is down: a restore from a backup.

Nothing else goes back: queues, secrets and every other table stay as they were last saved.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from local.cloud.cloud import LocalCloud, LocalCloudError

type Backup = dict[str, Any]


def take(cloud: LocalCloud, table: str) -> Backup:
    """The whole table as it is now."""
    cloud.breakpoints.save()
    saved = json.loads(_file(cloud).read_text())
    backup: Backup = _tables(saved)[_key(saved, table)]
    return backup


def put_back(cloud: LocalCloud, table: str, backup: Backup) -> None:
    """The table is as it was then, once the cloud has been started again."""
    if cloud.pid is not None:
        raise LocalCloudError("a local cloud that runs would write over the table: stop it or kill it first")
    saved = json.loads(_file(cloud).read_text())
    _tables(saved)[_key(saved, table)] = backup
    fresh = _file(cloud).with_suffix(".restored")
    fresh.write_text(json.dumps(saved))
    fresh.replace(_file(cloud))


def _file(cloud: LocalCloud) -> Path:
    return cloud.folder / "state" / "dynamodb.json"


def _tables(saved: Backup) -> dict[str, Backup]:
    tables: dict[str, Backup] = saved["payload"]["tables"]["data"]
    return tables


def _key(saved: Backup, table: str) -> str:
    return next(key for key, kept in _tables(saved).items() if kept["TableName"] == table)
