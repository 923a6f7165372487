"""Networks that put music into words, and the tagger that names what sounds."""
