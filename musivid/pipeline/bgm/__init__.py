"""A clip becomes a score (`bgm infer`)."""
