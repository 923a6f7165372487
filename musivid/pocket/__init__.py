"""How the pocket models are made: scenes, songs, captions and their training."""
