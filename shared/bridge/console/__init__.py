"""The operator: what a person can do, and how they say it."""
