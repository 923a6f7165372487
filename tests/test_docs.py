"""Whether the pages tell the truth: links, files, commands, settings and targets that they name."""

from __future__ import annotations

import ast
import collections
import functools
import importlib.util
import itertools
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from documents import Document, documents
from pydantic import BaseModel
from source import PACKAGE, ROOT, modules
from test_layers import ROWS
from typer.exceptions import TyperException

from musivid.cli import build_app
from musivid.settings.presets import default_preset, list_presets, load_preset, preset_commands

ALL = documents()
# What the changelog says was so when it was written.
PRESENT = [page for page in ALL if page.path.name != "CHANGELOG.md"]
each_page = pytest.mark.parametrize("page", PRESENT, ids=str)
# Folders whose files pages name from the root, or from within the package.
ROOMS = {path.name for path in (*ROOT.iterdir(), *PACKAGE.iterdir()) if path.is_dir()}


@pytest.mark.parametrize("page", ALL, ids=str)
def test_links_lead_somewhere(page: Document) -> None:
    for link in page.links():
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        assert target.exists(), link
        if anchor:
            assert anchor in Document(target).anchors, link


@each_page
def test_files_in_backticks_exist(page: Document) -> None:
    for span in page.spans:
        if re.fullmatch(r"[\w.\-/*<>]+", span) and "/" in span and span.split("/")[0] in ROOMS:
            assert _exists(span), span


def _exists(span: str) -> bool:
    """Whether a path is there, from the root or the package; <word> stands for any name."""
    pattern = re.sub(r"<\w+>", "*", span).rstrip("/")
    if re.fullmatch(rf"({'|'.join(preset_commands())})/\w[\w-]*", pattern):
        return (ROOT / "configs" / f"{pattern}.yaml").exists()
    return any(True for root in (ROOT, PACKAGE, ROOT / "models") for _ in root.glob(pattern))


@functools.cache
def _program() -> typing.Any:
    return typer.main.get_command(build_app())


def _command(words: list[str]) -> tuple[typing.Any, list[str]]:
    """The command that words after `musivid` begin with, and what is left of them."""
    command = _program()
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"there is no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@each_page
def test_commands_can_be_typed(page: Document) -> None:
    """Flags exist, take what they are given, and nothing that is needed is missing."""
    for words in page.shell_lines():
        if typed := _typed(words):
            parse(typed)


def _typed(words: list[str]) -> list[str]:
    """What is given to the program, also where a container or a launcher runs it."""
    if "build" in words or "pip" in words:
        return []
    ours = (n for n, word in enumerate(words) if word.partition(":")[0] == "musivid")
    typed = words[next(ours, len(words)) + 1 :]
    return list(itertools.takewhile(lambda word: word not in ("|", "&&", ";", ">"), typed))


def parse(typed: list[str]) -> None:
    command, rest = _command(typed)
    context = command.context_class(command, info_name=command.name)
    values, left, _ = command.make_parser(context).parse_args(list(rest))
    assert not left, f"{typed}: nothing takes {left}"
    for parameter in command.params:
        value = values.get(parameter.name)
        needed = parameter.required and parameter.param_type_name == "argument"
        assert not (needed and value in (None, (), [])), f"{typed}: lacks {parameter.name}"
    if overrides := values.get("set_options"):
        _load(command, values.get("preset"), overrides)


def _load(command: typing.Any, preset: str | None, overrides: list[str]) -> None:
    """Read a command's preset with what a page says after --set."""
    name = {"infer": "bgm_infer", "train": "bgm_train"}.get(command.name, command.name)
    if (preset or default_preset(name)) in [info.name for info in list_presets(name)]:
        load_preset(name, preset or default_preset(name), overrides)


@each_page
def test_commands_in_the_text_exist(page: Document) -> None:
    """In a sentence a command may be left unfinished; its name and flags are real."""
    for span in page.spans:
        if not re.match(r"musivid [a-z-]+( |$)", span):
            continue
        words = span.split()[1:]
        command, rest = _command([word for word in words if word != "COMMAND"])
        known = {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)}
        for word in rest:
            flag = word.partition("=")[0]
            assert not flag.startswith("-") or flag in known | {"--help"}, span


def _settings(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The dotted names of all settings of a model."""
    for name, field in model.model_fields.items():
        yield above + name
        for part in (field.annotation, *typing.get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _settings(part, f"{above}{name}.")


@functools.cache
def _all_settings() -> set[str]:
    schemas = {type(load_preset(c, list_presets(c)[0].name)) for c in preset_commands()}
    return {name for schema in schemas for name in _settings(schema)}


@each_page
def test_settings_in_backticks_exist(page: Document) -> None:
    groups = {name.split(".")[0] for name in _all_settings() if "." in name}
    for span in page.spans:
        found = re.fullmatch(r"(?:--set )?([a-z_]+\.[a-z_.]*[a-z_])(?:[=:] ?\S+)?", span)
        if (
            found
            and found[1].split(".")[0] in groups
            and not re.search(r"\.(py|md|yaml|json|mid|wav|txt|npz|mp4|mp3|css)$", found[1])
        ):
            assert found[1] in _all_settings(), span


@each_page
def test_scripts_and_targets_exist(page: Document) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    typed = [*page.shell_lines(), *(span.split() for span in page.spans)]
    for words in typed:
        for before, word in itertools.pairwise(words):
            if before == "make" and re.fullmatch(r"[a-z-]+", word) and len(words) < 8:
                assert word in targets, words
            if before == "-m" and word.startswith(("bench.", "musivid")):
                assert importlib.util.find_spec(word), words
            if before.endswith("python") and word.endswith(".py"):
                assert (ROOT / word).is_file(), words


def _messages() -> str:
    """All texts of the source, one a line; `…` stands for what is put in."""
    found: list[str] = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                texts = [p.value if isinstance(p, ast.Constant) else "…" for p in node.values]
                found.append("".join(map(str, texts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_messages_that_are_explained_are_those_of_the_program() -> None:
    page = Document(ROOT / "docs" / "troubleshooting.md")
    quoted = re.findall(r"^\| `([^`]+)`", page.text, re.MULTILINE)
    assert len(quoted) >= 20
    messages = _messages()
    for text in quoted:
        # What is put in may be a text of its own, so each piece is looked for.
        for piece in filter(None, (part.strip(" :") for part in text.split("…"))):
            assert piece in messages, text


def test_each_word_of_the_glossary_has_one_meaning_and_one_home() -> None:
    page = Document(ROOT / "docs" / "glossary.md")
    row = r"^\| ([^|]+) \| [^|]+ \| (?:`([^`|]+)`|[^|]*) ?\|$"
    rows = re.findall(row, page.text, re.MULTILINE)[1:]
    words = [word.strip("`").split(",")[0].strip("`").lower() for word, _ in rows]
    assert len(words) >= 40 and words == sorted(words) and len(set(words)) == len(words)
    classes = collections.Counter(
        node.name
        for module in modules()
        if module.part not in ("nets", "pocket") or module.name == "musivid.nets.protocols"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    )
    for word, home in rows:
        for name in re.findall(r"`(\w+)`", word):
            text = (PACKAGE / home).read_text(encoding="utf-8")
            assert re.search(rf"^class {name}\b", text, re.MULTILINE), f"{home} has no {name}"
            assert classes[name] == 1, f"{name} means {classes[name]} things"


def test_the_table_of_rooms_is_that_of_the_layers() -> None:
    """Rows from above to below, each with all rooms of its row."""
    page = Document(ROOT / "CONTRIBUTING.md")
    rows = re.findall(r"^\| (`[^|]+) \| ([^|]+) \|$", page.text, re.MULTILINE)
    named = [set(re.findall(r"`(?:pipeline/)?([\w<>]+)", first)) for first, _ in rows]
    (told,) = (text for first, text in rows if "<job>" in first)
    jobs = set(re.findall(r"`(\w+)/`", told))
    shown = [jobs if names == {"<job>"} else names for names in named]
    assert shown == [{room.split(".")[-1] for room in row} for row in reversed(ROWS)]


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (Document(ROOT / name) for name in ("README.md", "README.zh.md"))
    bare = [[_without_comments(text) for _, text in page.blocks] for page in (english, chinese)]
    assert bare[0] == bare[1]
    assert "README.zh.md" in english.links() and "README.md" in chinese.links()
    missing = set(english.links()) ^ set(chinese.links())
    assert missing == {"README.md", "README.zh.md"}


def _without_comments(text: str) -> list[str]:
    return [re.sub(r"\s*#.*", "", line) for line in text.splitlines()]


def test_what_is_wrong_is_seen(tmp_path: Path) -> None:
    """Each check fails for a page with the fault that it looks for."""
    faults = {
        test_links_lead_somewhere: "[there](nowhere.md)",
        test_files_in_backticks_exist: "see `pipeline/nowhere.py`",
        test_commands_can_be_typed: "```sh\nmusivid video song.mp3 --loud\n```",
        test_commands_in_the_text_exist: "type `musivid video --loud`",
        test_settings_in_backticks_exist: "change `guidance.loudness`",
        test_scripts_and_targets_exist: "type `make gold`",
    }
    for check, text in faults.items():
        path = tmp_path / "page.md"
        path.write_text(text + "\n", encoding="utf-8")
        with pytest.raises((AssertionError, TyperException)):
            check(Document(path))
