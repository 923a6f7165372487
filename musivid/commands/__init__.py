"""One thin Typer module a subcommand: they parse, call a pipeline and print; no computation."""
