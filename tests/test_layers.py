"""Who may import whom, what is imported late, and what no module may do; read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from source import Module, each_module, modules

ALL = modules()
NAMES = {module.name for module in ALL}
# From the ground up: a room may import from its own row and from those below it.
ROWS = (
    ("core",),
    ("media", "settings", "farm"),
    ("weights", "nets"),
    ("analysis", "score", "interchange"),
    ("painting", "metrics", "footage"),
    ("pipeline.guidance", "living"),
    ("pipeline.render",),
    ("pipeline.video", "pipeline.visualize", "pipeline.bgm", "pipeline.train",
     "pipeline.caption", "pipeline.evaluate", "pipeline.combine", "pipeline.lyrics",
     "pipeline.markers"),
    ("serving",),
    ("studies",),
    ("web",),
    ("commands",),
    ("cli", "__main__"),
)  # fmt: skip
RANK = {room: rank for rank, rooms in enumerate(ROWS) for room in rooms}
# Between rooms of one row only these ways are open, besides those within a room.
DOORS = {
    ("weights", "nets"),
    ("score", "analysis"),
    ("pipeline.visualize", "pipeline.caption"),
    ("pipeline.evaluate", "pipeline.video"),
    ("pipeline.evaluate", "pipeline.bgm"),
    ("__main__", "cli"),
}
POCKET_RANK = RANK["pipeline.guidance"]
JOBS = {r for r in RANK if r.startswith("pipeline.")} - {"pipeline.guidance", "pipeline.render"}
# Imported at the top by nobody whom a command reaches at import.
HEAVY = {"numpy", "torch", "torchvision", "torchaudio", "av", "cv2", "PIL", "soundfile", "soxr",
         "safetensors", "pysubs2", "symusic", "pretty_midi", "miditoolkit", "ffmpeg",
         "imageio_ffmpeg", "einops", "pytorch_optimizer"}  # fmt: skip
# Imported at the top by nobody at all.
HEAVIEST = {"librosa", "kornia", "open_clip", "taming", "wav2clip", "scipy", "matplotlib",
            "pytorch_lightning", "transformers", "diffusers", "accelerate", "sklearn",
            "numba", "ray"}  # fmt: skip
LIGHT = {"core", "farm", "media", "settings", "weights", "serving", "web", "commands", "cli",
         "__main__", "__init__"}  # fmt: skip


def room_of(name: str) -> str | None:
    """The room of a module by its dotted name; packages above rooms have none."""
    parts = name.split(".")[1:]
    return next((r for n in (2, 1) if (r := ".".join(parts[:n])) in RANK), None)


def test_every_module_has_its_room() -> None:
    free = {"musivid", "musivid.pipeline"}
    lost = [
        m.name for m in ALL if m.part != "pocket" and m.name not in free and not room_of(m.name)
    ]
    assert not lost


@each_module
def test_imports_go_down(module: Module) -> None:
    own = room_of(module.name)
    for name, _ in module.imports:
        if not name.startswith("musivid."):
            continue
        assert name.split(".")[1] != "pocket" or module.part == "pocket", f"{module.name}: {name}"
        target = room_of(name)
        if target is None or target == own:
            continue  # a name of musivid/__init__.py, such as __version__
        where = f"{module.name} imports {name}"
        if own == "nets":
            assert name.startswith("musivid.core.errors"), where
        elif module.part == "pocket":
            assert RANK[target] <= POCKET_RANK, where
        else:
            below = own is not None and RANK[target] < RANK[own]
            assert below or (own, target) in DOORS, where


@each_module
def test_jobs_are_entered_by_their_doors(module: Module) -> None:
    """What is taken from a job's room is what its `__init__` offers, not a module behind it."""
    own = room_of(module.name)
    for name, _ in module.imports:
        target = room_of(name)
        if target in JOBS and (own in JOBS - {target} or own in ("commands", "web")):
            door, _, taken = name.rpartition(".")
            assert door == f"musivid.{target}" and name not in NAMES, f"{module.name}: {taken}"


@each_module
def test_heavy_libraries_are_imported_late(module: Module) -> None:
    forbidden = HEAVIEST | (HEAVY if module.part in LIGHT else set())
    if module.part == "living":  # kernels are made by numba; what draws scenes is imported late
        forbidden = forbidden - {"numba"}
    for name, at_once in module.imports:
        assert not at_once or name.split(".")[0] not in forbidden, f"{module.name}: {name}"


@each_module
def test_processes_are_started_from_few_places(module: Module) -> None:
    for name, _ in module.imports:
        if name.split(".")[0] in ("subprocess", "pty", "multiprocessing"):
            assert module.name in (
                "musivid.media.ffmpeg", "musivid.web.workers", "musivid.core.apart",
                "musivid.farm.processes",
            )  # fmt: skip
    assert "os.system" not in module.text
    assert "shell=True" not in module.text


@each_module
def test_nothing_unsafe_is_called(module: Module) -> None:
    for call, name in module.calls:
        assert name not in ("eval", "exec", "yaml.load", "yaml.unsafe_load", "yaml.full_load",
                            "pickle.load", "pickle.loads", "torch.hub.load")  # fmt: skip
        if name == "torch.load":
            safe = {word.arg: ast.unparse(word.value) for word in call.keywords}
            assert safe.get("weights_only") == "True", f"{module.name}: {ast.unparse(call)}"


@each_module
def test_library_code_does_not_print(module: Module) -> None:
    if module.part in ("commands", "cli", "pocket"):  # pocket is a workshop, run by make alone
        return
    for _, name in module.calls:
        assert name not in ("print", "sys.stdout.write", "sys.stderr.write")


@each_module
def test_commands_print_in_one_place(module: Module) -> None:
    """There, what a file says is kept from commanding the terminal."""
    if module.part not in ("commands", "cli") or module.name == "musivid.commands.printing":
        return
    for _, name in module.calls:
        assert name not in ("print", "typer.echo", "sys.stdout.write", "sys.stderr.write")


@each_module
def test_random_numbers_come_from_the_seeds_of_core(module: Module) -> None:
    """Networks know nothing of musivid, so they have torch's own generators."""
    drawing = re.compile(
        r"(np\.random\.\w+|random\.seed|torch\.seed|.*\bGenerator|.*\bmanual_seed)"
    )
    allowed: dict[str, Any] = {
        "musivid.core.seeds": drawing,
        "musivid.pipeline.train.loop": "torch.manual_seed",
    }
    for _, name in module.calls:
        if module.part == "nets":
            assert not re.fullmatch(r"np\.random\.\w+|(torch|random)\.(manual_)?seed", name), name
        elif module.part != "pocket" and drawing.fullmatch(name):
            # A training is a process of its own, whose drop-out has no generator but torch's.
            assert re.fullmatch(allowed.get(module.name, "$^"), name), f"{module.name}: {name}"


@each_module
def test_sizes(module: Module) -> None:
    assert len(module.text.splitlines()) <= 400
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        assert node.end_lineno - node.lineno < 80, node.name
        # A command's parameters are its command line; drawing takes coordinates, kernels numbers.
        if module.part not in ("commands", "pocket") and not _is_kernel(node):
            given = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            assert len([a for a in given if a not in ("self", "cls", "ctx")]) <= 5, node.name


def _is_kernel(node: ast.FunctionDef) -> bool:
    """Whether numba compiles it: what its loop reads must come as arguments."""
    return any(ast.unparse(name) in ("kernel", "fn") for name in node.decorator_list)


def test_no_imports_go_round() -> None:
    """Whatever is imported first finds what it needs: imports at the top form no circle."""
    needs = {module.name: set(_needed(module)) for module in ALL}
    while ready := [name for name, others in needs.items() if not others]:
        for name in ready:
            del needs[name]
        for others in needs.values():
            others.difference_update(ready)
    assert not needs, f"these import each other: {sorted(needs)}"


def _needed(module: Module) -> Iterator[str]:
    """The modules that run before `module` has run, but for the packages that it lies in."""
    for name, at_once in module.imports:
        while at_once and name not in NAMES and "." in name:
            name = name.rpartition(".")[0]
        while at_once and name in NAMES and not f"{module.name}.".startswith(f"{name}."):
            yield name
            name = name.rpartition(".")[0]
