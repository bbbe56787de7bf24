"""The neighbour Microsoft Dynamics GP."""
