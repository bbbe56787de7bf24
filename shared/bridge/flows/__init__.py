"""Verbs: one use case a file. They talk to ports, never to a vendor."""
