"""Painting: pictures towards meanings by optimisation, walks between them, and the camera."""
