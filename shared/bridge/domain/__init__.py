"""Nouns: what the business talks about. Standard library only, frozen, no I/O."""
