"""A deterministic simulator that tries to make the bridge lose, double or corrupt something.

The product's flows, protocols, mapping and domain run unchanged over ports in memory. One seed decides all that happens
in a schedule: what the world does and when, how long each call takes, and what goes wrong at which of them.
"""
