"""Time to live and point-in-time recovery of a table, as its template says: ministack has both, but deploys neither."""
# mypy: ignore-errors

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

CALLS = {
    "TimeToLiveSpecification": dynamodb._update_ttl,
    "PointInTimeRecoverySpecification": dynamodb._update_continuous_backups,
}


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create, update = handlers["create"], handlers["update"]

    def create_whole(logical_id: str, props: dict, stack_name: str) -> tuple:
        made = create(logical_id, props, stack_name)
        apply(made[0], {}, props)
        return made

    def update_whole(physical_id: str, old: dict, new: dict, stack_name: str, logical_id: str | None = None) -> tuple:
        made = update(physical_id, old, new, stack_name, logical_id)
        apply(made[0], old if made[0] == physical_id else {}, new)
        return made

    handlers["create"], handlers["update"] = create_whole, update_whole


def apply(table: str, old: dict, new: dict) -> None:
    for name, call in CALLS.items():
        if name in new and new[name] != old.get(name):
            refuse_failure(call({"TableName": table, name: as_called(new[name])}), name)


def as_called(value: object) -> object:
    """A template may say `"true"` where the call takes a boolean."""
    if isinstance(value, dict):
        return {name: as_called(each) for name, each in value.items()}
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def refuse_failure(answer: tuple, name: str) -> None:
    if answer[0] >= 400:
        raise ValueError(f"AWS::DynamoDB::Table {name} failed: {answer[2]!r}")
