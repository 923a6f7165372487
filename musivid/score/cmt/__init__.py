"""Scores as tokens of the Controllable Music Transformer (CMT)."""
