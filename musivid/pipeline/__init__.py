"""One module per job: what the commands call."""
