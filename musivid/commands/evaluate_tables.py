"""The tables of `musivid evaluate` on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from musivid.commands.printing import print_text

__all__ = ["show_result"]

_CLEAR_Z = 2.0  # standard deviations from chance
_COLUMNS = ["measure", "value", "chance", "z", "p", ""]


def show_result(result: Mapping[str, Any]) -> None:
    """Print all that was found: a table per file and section, a line of words under each file."""
    from musivid.commands.console import print_table
    from musivid.pipeline.evaluate import SECTIONS, summary

    for facts in result["files"]:
        name = Path(str(next(iter(facts.values())))).name
        for section, title in SECTIONS.items():
            if found := facts.get(section):
                rows = [_row(key, item) for key, item in found.items()]
                print_table(f"{name}: {title.lower()}", _COLUMNS, rows)
        print_text(summary(facts) or f"{name}: measured")
    if found := result.get("distribution"):
        rows = [_row(key, item) for key, item in found.items()]
        print_table(SECTIONS["distribution"], _COLUMNS, rows)
    if found := result.get("comparison"):
        _show_comparison(found)


def _row(name: str, item: Any) -> list[str]:
    """One figure: with chance where it has one, with the reason where it has no value."""
    if not isinstance(item, Mapping):
        return [name, _plain(item), "", "", "", ""]
    if item.get("value") is None:
        return [name, "-", "", "", "", str(item.get("reason", ""))]
    value = _plain(item["value"])
    if item.get("z") is None:
        return [name, value, "", "", "", ""]
    chance = f"{item['chance_mean']:.3f} ± {item['chance_std']:.3f}"
    offset = item.get("params", {}).get("offset_ms")
    note = f"offset {offset:+.0f} ms" if offset is not None else _word(item["z"])
    return [name, value, chance, f"{item['z']:+.1f}", f"{item['p']:.3f}", note]


def _word(z: float) -> str:
    if abs(z) < _CLEAR_Z:
        return "like chance"
    return "above chance" if z > 0 else "below chance"


def _plain(item: Any) -> str:
    if isinstance(item, float):
        return f"{item:.4g}"
    if isinstance(item, list):
        return ", ".join(_plain(part) for part in item[:6]) + (" ..." if len(item) > 6 else "")
    return "-" if item is None else str(item)


def _show_comparison(found: Mapping[str, Any]) -> None:
    """Means with intervals, and what is sure to differ from the first system."""
    from musivid.commands.console import print_table

    systems = found["systems"]
    rows = []
    for figure, facts in found["measures"].items():
        cells = [_interval(facts["systems"].get(name)) for name in systems]
        against = facts.get("against_first") or {}
        tests = [
            f"{name}: p = {one['p_holm']:.3f}"
            for name, one in against.items()
            if one.get("p_holm") is not None
        ]
        rows.append([figure, *cells, "; ".join(tests)])
    print_table("systems", ["measure", *systems, f"against {systems[0]}"], rows)


def _interval(one: Mapping[str, Any] | None) -> str:
    if not one:
        return "-"
    if one.get("low") is None:
        return f"{one['mean']:.4g}"
    return f"{one['mean']:.4g} [{one['low']:.4g}, {one['high']:.4g}]"
