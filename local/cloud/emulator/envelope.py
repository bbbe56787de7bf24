"""What an AWS request asks for, read from its envelope alone."""
# mypy: ignore-errors

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")

READS = ("Get", "List", "Describe", "Filter", "Invoke", "GET", "HEAD")


@dataclass(frozen=True)
class Request:
    service: str  # as the signature names it: sqs, dynamodb, secretsmanager, lambda
    operation: str  # from X-Amz-Target, or the method where the protocol has none
    access_key: str

    @property
    def reads_only(self) -> bool:
        return self.operation.startswith(READS)

    @classmethod
    def of(cls, scope: dict) -> "Request":
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        credential = CREDENTIAL.search(headers.get(b"authorization", ""))
        target = headers.get(b"x-amz-target", "").rpartition(".")[2]
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        return cls(
            service=credential.group(2) if credential else "",
            operation=target or query.get("Action", [scope["method"]])[0],
            access_key=credential.group(1) if credential else "",
        )
