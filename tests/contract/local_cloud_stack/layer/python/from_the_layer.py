"""Importable by the functions only if the layer is attached as Lambda attaches it."""
