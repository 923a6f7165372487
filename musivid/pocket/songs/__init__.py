"""A composer by rules: songs with exact facts, to train on and to put under pictures."""

from __future__ import annotations

from musivid.pocket.songs.composer import compose
from musivid.pocket.songs.facts import SongFacts, draw_facts
from musivid.pocket.songs.snippets import snippet
from musivid.score.songs.genres import GENRES

__all__ = ["GENRES", "SongFacts", "compose", "draw_facts", "snippet"]
