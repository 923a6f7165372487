"""From the name or the path of a model to a loaded network: table, files, fetching."""
