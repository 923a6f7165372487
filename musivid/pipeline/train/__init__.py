"""MIDI becomes a composer (`bgm train`)."""
