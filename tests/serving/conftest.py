"""What tests of doors and databases share with those of the studio: a song, and a visitor."""

from studio_fixtures import song, visitor

__all__ = ["song", "visitor"]
