"""ministack as the local AWS, with what the stack needs and it lacks added from outside the installed package.

Runs in an environment of its own (`.venvs/emulator`), started by `local.cloud.cloud`. Every piece is a module with an
`install()`; each reaches into ministack's private names, hence the exact pin.

    runtime       python functions under AWS's own runtime client, in a clean interpreter
    http_api      the routes of an AWS::Serverless::HttpApi
    tables        time to live and point-in-time recovery as the template says
    queues        FIFO queues worked on in parallel by group; no update lost between threads
    move_task     StartMessageMoveTask and its two companions
    event_source  the contract of partial batch responses, batching windows, batches above 10
    saving        state that survives `kill -9`
    control       the /_local/ routes: breakpoints, processes, invocation counts
"""
# mypy: ignore-errors

PIN = "1.5.33"
