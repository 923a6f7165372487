"""A song becomes pictures, and they a film (`visualize`)."""
