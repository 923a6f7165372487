"""What a preset may say, one file a command, and how presets are found, read and merged."""
