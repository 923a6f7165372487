"""Scores as tokens of the BM-Transformer (BMT)."""
