"""Flags are made from fields: of the dataclasses that commands take, and of the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
import typer
from programs import Program
from pydantic import Field

from musivid.analysis.tonality import MODES
from musivid.commands.flags import FlagsCommand, Wish, with_flags
from musivid.commands.options import Inputs, Talk
from musivid.commands.setting_flags import setting_flags
from musivid.score.ensemble import GENRES
from musivid.settings import presets
from musivid.settings.base import Group, Preset
from musivid.settings.bgm import BgmInferPreset
from musivid.settings.marks import Flag
from musivid.settings.presets import load_preset, preset_commands, preset_schema
from musivid.settings.video import StylePreset, VideoPreset

COMMON = "--progress --help -h --json --quiet -q --verbose -v"
WORK = "--dry-run -n --force -f"
NETS = "--preset -p --set --seed --device --dtype --offline"
BATCH = f"--output -o --skip-existing {WORK} {COMMON}"
FILM = f"--lyrics -l --size --fps --from --to --style --burn-lyrics --resume {NETS} {BATCH}"
# What could be typed before flags were made from fields must go on to be taken.
FLAGS = {
    "video": FILM,
    "interpolate": FILM,
    "caption": f"--format --windows -w --overlap {NETS} {BATCH}",
    "visualize": "--captions -c --artwork -a --images -i --walk --fit --size --fps --from --to "
    f"--stop-after --preview --download --resume {NETS} {BATCH}",
    "bgm infer": "--tempo --tempo-range --lock-cuts --hit-points --hit-from --cuts --fps --start "
    "--metadata --save-metadata "
    "--control --save-control --beat-threshold "
    "--genre --key --instruments --emotion --density --strength --candidates --music --soundfont "
    f"--keep-audio {NETS} {BATCH}",
    "bgm train": "--output -o --start --updates --max-minutes --export --resume "
    f"{NETS} {WORK} {COMMON}",
    "combine": "--output -o --audio -a --fit --reencode --no-reencode --size --fps --preset -p "
    f"--set {WORK} {COMMON}",
    "evaluate": "--audio -a --lyrics -l --midi --rows --reference --compare --roundtrip --align "
    f"--perceptor --output -o --report --plot --fail-under {NETS} {WORK} {COMMON}",
    "markers": f"--output -o --lyrics -l --what --every --for --fps --start --beats --preset -p "
    f"--set --skip-existing {WORK} {COMMON}",
    "lyrics": "--text -t --voice --lyrics-encoding --format --language --preset -p --set --device "
    f"--dtype --offline {BATCH}",
    "models pull": "--yes -y --offline --quiet -q --verbose -v --help -h",
}


def help_of(musivid: Program, monkeypatch: pytest.MonkeyPatch, command: str) -> str:
    """The help of a command, wide enough that nothing is wrapped."""
    monkeypatch.setenv("COLUMNS", "900")
    code, out, err = musivid(*command.split(), "--help")
    assert (code, err) == (0, "")
    return out


@pytest.mark.parametrize("command", FLAGS)
def test_every_flag_is_listed(
    musivid: Program, monkeypatch: pytest.MonkeyPatch, command: Any
) -> None:
    listed = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", help_of(musivid, monkeypatch, command)))
    assert not set(FLAGS[command].split()) - listed


@pytest.mark.parametrize("command", preset_commands())
def test_help_lists_all_that_a_setting_takes(
    musivid: Program, monkeypatch: pytest.MonkeyPatch, command: Any
) -> None:
    text = help_of(musivid, monkeypatch, command.replace("_", " "))
    preset = load_preset(command)
    for flag in setting_flags(preset_schema(command)):
        name = flag.mark.name.split("/")[0]
        [line] = re.findall(rf"^│ +{name} .*$", text, re.MULTILINE)
        assert " ".join(flag.info.description.split()) in line
        assert all(word in line for word in flag.choices), flag.key
        assert (flag.shown(preset) or "") in line
        for bound in flag.info.metadata:
            for limit in (getattr(bound, name, None) for name in ("ge", "le", "gt")):
                assert limit is None or f"{limit:g}" in line, flag.key


def test_names_that_live_elsewhere_are_all_told() -> None:
    genre = BgmInferPreset.model_fields["control"].annotation.model_fields["genre"].description
    assert [name for name in GENRES if not re.search(rf"\b{name}\b", genre)] == []
    key = BgmInferPreset.model_fields["control"].annotation.model_fields["key"].description
    assert [name for name in MODES if name not in key] == []
    style = VideoPreset.model_fields["style"].description
    names = {*load_preset("video", "pocket").styles}
    names |= {*get_args(StylePreset.model_fields["finish"].annotation)}
    assert [name for name in names if name not in style] == []


class _Light(Group):
    lamps: Annotated[int, Flag("--lamps", panel="Light")] = Field(3, ge=1, le=9)
    """How many lamps are lit."""
    colour: Annotated[Literal["red", "blue"], Flag("--colour", "-c")] = "red"
    """Of their light."""
    rooms: Annotated[tuple[Literal["Hall", "Attic"], ...], Flag("--rooms")] = ("Hall",)
    """Where they are."""
    dim: Annotated[bool, Flag("--dim", sets=True)] = False
    """Half of it."""
    blink: Annotated[bool | None, Flag("--blink/--no-blink")] = None
    """On and off."""
    place: Annotated[str | None, Flag("--place", is_path=True)] = None
    """A file [with brackets]."""


class _House(Preset):
    light: _Light = _Light()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    songs: Inputs
    wish: Wish
    talk: Talk


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A command whose settings were never seen before; gives what it was called with."""
    monkeypatch.setattr(presets, "shipped_folder", lambda name: tmp_path / name)
    monkeypatch.setattr("musivid.commands.flags.preset_schema", lambda command: _House)
    monkeypatch.setattr(presets, "preset_schema", lambda command: _House)
    (tmp_path / "configs" / "house").mkdir(parents=True)
    (tmp_path / "configs" / "house" / "pocket.yaml").write_text("light: {lamps: 4}\n")
    seen = []

    @with_flags("house")
    def live(asked: _Asked) -> None:
        """Live there."""
        seen.append(asked)

    app = typer.Typer(pretty_exceptions_enable=False)
    app.command(cls=FlagsCommand)(live)

    def call(*arguments: str) -> _Asked:
        seen.clear()
        typer.main.get_command(app).main(list(arguments), standalone_mode=False)
        return seen[0]

    return call


def test_a_flag_of_a_setting_is_one_field(house: Any) -> None:
    asked = house("a.mp3", "--lamps", "7", "-c", "blue", "--rooms", "attic,hall", "-q")
    assert asked.songs == ["a.mp3"]
    assert asked.talk == Talk(quiet=True)
    light = asked.wish.settings().light
    assert (light.lamps, light.colour, light.rooms) == (7, "blue", ("Attic", "Hall"))
    assert house("a.mp3").wish.settings().light.lamps == 4


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--dim"], "dim", True),
        (["--blink"], "blink", True),
        (["--no-blink"], "blink", False),
        (["--place", "x/y.txt"], "place", "x/y.txt"),
        (["--lamps", "7", "--set", "light.lamps=8"], "lamps", 7),
        (["--set", "light.lamps=8"], "lamps", 8),
    ],
)
def test_values_reach_the_setting(house: Any, arguments: Any, name: Any, value: Any) -> None:
    assert getattr(house("a.mp3", *arguments).wish.settings().light, name) == value


def test_a_wrong_value_is_told_by_the_flag_that_was_typed(house: Any) -> None:
    wish = house("a.mp3", "--lamps", "12", "--no-blink", "--colour", "green").wish
    with pytest.raises(presets.PresetError) as caught:
        wish.settings()
    assert "--lamps 12: light.lamps: Input should be less than or equal to 9" in str(caught.value)
    assert "--colour green: light.colour: Input should be 'red' or 'blue'" in str(caught.value)


def test_the_help_tells_bounds_words_and_what_the_default_preset_says(
    house: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(IndexError):
        house("--help")
    out = capsys.readouterr().out
    assert re.search(
        r"--lamps +<int> +How many lamps are lit\. \(1 to 9\) +\[default: \(4\)\]", out
    )
    assert re.search(r"--colour +-c +red\|blue +Of their light\.", out)
    assert "Where they are. Of Hall, Attic." in out
    assert "A file [with brackets]." in out


def test_the_shell_is_offered_the_words() -> None:
    flags = {flag.key: flag for flag in setting_flags(_House)}
    complete = flags["light.colour"].annotation().__metadata__[0].autocompletion
    assert complete("") == ["red", "blue"]
    assert complete("b") == ["blue"]
    assert flags["light.rooms"].annotation().__metadata__[0].autocompletion("Hall,A") == [
        "Hall,Attic"
    ]
    assert flags["light.lamps"].annotation().__metadata__[0].autocompletion is None
