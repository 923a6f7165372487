"""Music as notes: data, MIDI files, and the sound that they make."""
