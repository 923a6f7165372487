"""Listening studies: what is asked of whom, in which order, and what the answers say.

manifest -> assign (trials of a participant) -> records (what came back) -> exclude -> results
(with agreement, pairs, spread) -> export. Nothing here needs a model; participants are never
told a system's name.
"""
