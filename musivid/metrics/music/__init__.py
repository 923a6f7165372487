"""What a score is like: pitch, rhythm, chords, structure."""
