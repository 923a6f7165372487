"""A song becomes a film (`video`, `interpolate`)."""
