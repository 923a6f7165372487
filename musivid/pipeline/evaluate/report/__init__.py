"""Measures as tables, charts and one HTML page."""
