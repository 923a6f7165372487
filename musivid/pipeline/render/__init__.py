"""Frames into parts into one file, so that a killed run goes on."""
