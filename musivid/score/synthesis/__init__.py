"""Scores into sound through a SoundFont."""
