"""Recipe: all that a result depends on; and in what two of them differ, said in words."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from musivid import __version__
from musivid.core.plain_json import json_digest
from musivid.core.storage import fingerprint

__all__ = ["MACHINE", "differences", "machine_differences", "make_recipe", "mixed_recipe"]

MACHINE, MIXED = "machine", "mixed"
"""Under these names a recipe has what it depends on of the machine, and of which others."""
_WHEREVER = "preset_wherever"  # the digest of settings that does not heed where their files lie
# What is said where a part of the recipe differs from that of the unfinished run.
_OTHER = {
    "version": "another version of musivid",
    "command": "another command",
    "inputs": "other inputs",
    "preset": "other settings",
    "facts": "other options",
}


def make_recipe(
    command: str,
    inputs: Mapping[str, Path],
    preset_yaml: str,
    facts: Mapping[str, Any],
    machine: Mapping[str, str],
) -> dict[str, Any]:
    """All that a result depends on, in JSON types.

    Args:
        command: name of the command.
        inputs: the files that the result depends on, by their role.
        preset_yaml: the resolved preset.
        facts: whatever else was asked for.
        machine: what the result depends on of the machine, by what people call it.
    """
    recipe = {
        "version": __version__,
        "command": command,
        "inputs": {role: fingerprint(path) for role, path in sorted(inputs.items())},
        "preset": hashlib.sha256(preset_yaml.encode()).hexdigest(),
        _WHEREVER: _wherever(preset_yaml, inputs),
        "facts": dict(facts),
        MACHINE: dict(machine),
    }
    plain: dict[str, Any] = json.loads(json.dumps(recipe))
    return plain


def differences(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """In what an unfinished run differs from what is asked for now: of the job, of the machine.

    What a run of an earlier version did not note is no difference.
    """
    before, now = _with_machine(held), _with_machine(wanted)
    if _WHEREVER in before and before[_WHEREVER] == now.get(_WHEREVER):
        before["preset"] = now["preset"]  # files have moved, which are known by their content
    job = [said for key, said in _OTHER.items() if before.get(key) != now.get(key)]
    return job, machine_differences(now[MACHINE], before[MACHINE])


def machine_differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """In what another machine differs from this one, of what both of them say."""
    shared = [name for name in there if name in here and there[name] != here[name]]
    return [f"{name} {there[name]} (here {here[name]})" for name in shared]


def mixed_recipe(held: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe of a run that goes on where the machine is another: it names all that were."""
    there, here = _with_machine(held)[MACHINE], wanted[MACHINE]
    mixed = {name: list(values) for name, values in held.get(MIXED, {}).items()}
    for name, value in here.items():
        if name in there and there[name] != value:
            known = mixed.setdefault(name, [there[name]])
            mixed[name] = sorted({*known, value})
    return {**wanted, MIXED: mixed} if mixed else dict(wanted)


def _wherever(preset_yaml: str, inputs: Mapping[str, Path]) -> str:
    """The digest of settings in which each file that is an input is called by its role."""
    import yaml

    roles = {os.path.abspath(path): f"<{role}>" for role, path in inputs.items()}

    def named(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: named(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [named(inner) for inner in value]
        if isinstance(value, str):
            return roles.get(os.path.abspath(os.path.expanduser(value)), value)
        return value

    return json_digest(named(yaml.safe_load(preset_yaml)))


def _with_machine(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as it is noted now: once, some of the machine stood among what was asked for."""
    if MACHINE in recipe:
        return dict(recipe)
    facts = dict(recipe.get("facts", {}))
    machine = {name: facts.pop(name) for name in ("device", "dtype", "torch") if name in facts}
    kernels = facts.pop("kernels", {})
    machine |= {"kernels" if name == "cpu" else name: value for name, value in kernels.items()}
    return {**recipe, "facts": facts, MACHINE: machine}
