"""The neighbour AWS: queues, rows, secrets, and how a function is woken."""
