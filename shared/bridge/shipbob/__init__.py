"""The neighbour ShipBob."""
