"""Forms of settings: every preset has one, and what comes back is checked at its fields."""

from __future__ import annotations

import re
from typing import Any

import pytest

from musivid.settings.presets import load_preset, preset_schema
from musivid.web.forms import FormError, filled, form_of, presets_of

EVERY = [(command, name) for command in ("video", "bgm_infer") for name in presets_of(command)]


@pytest.mark.parametrize(("command", "name"), EVERY)
def test_every_preset_has_a_form(command: str, name: str) -> None:
    fields = [field for group in form_of(command, name) for field in group.fields]
    assert len(fields) > 15
    assert len({field.key for field in fields}) == len(fields)
    for field in fields:
        assert field.help, field.key
        if field.shape == "slider":
            assert field.low is not None and field.high is not None
            assert field.value is None or field.low <= field.value <= field.high
        if field.shape == "choice" and field.value is not None:
            assert field.value in field.choices, field.key
        if field.shape == "many":
            assert set(field.value) <= set(field.choices)


@pytest.mark.parametrize(("command", "name"), EVERY)
def test_a_form_that_comes_back_as_it_was_changes_nothing(command: str, name: str) -> None:
    given = {field.key: field.value for group in form_of(command, name) for field in group.fields}
    assert filled(command, name, given) == {}


@pytest.mark.parametrize(("command", "name"), EVERY)
def test_no_form_names_files_or_weights(command: str, name: str) -> None:
    keys = {field.key for group in form_of(command, name) for field in group.fields}
    closed = {"living.plan", "living.artwork", "living.logo", "painting.init_image", "composer",
              "models.painter", "sound.soundfont", "match.folder", "guidance.images", "audio.stems",
              "footage.clips", "painting.restyle"}  # fmt: skip
    assert not keys & closed
    for key in closed:
        with pytest.raises(FormError) as error:
            filled(command, name, {key: "/etc/passwd"})
        assert [fault.key for fault in error.value.faults] == [key]


def test_no_text_of_a_form_is_a_path() -> None:
    """What asks for a file or a folder in its own words is closed; pages bring files themselves."""
    for command, name in EVERY:
        for field in (field for group in form_of(command, name) for field in group.fields):
            if field.shape in ("text", "yaml") and field.key != "sound.copies":
                assert not re.search(r"\b(files?|folder|path)\b", field.help, re.I), field.key


def test_keys_are_chosen_by_name() -> None:
    assert filled("bgm_infer", "song", {"control.key": "Eb harmonic minor"})
    for name in ("H major", "major", "eb major", ""):
        try:
            assert filled("bgm_infer", "song", {"control.key": name}) == {}
        except FormError as error:
            assert [fault.key for fault in error.faults] == ["control.key"] and name


def test_what_changed_becomes_settings() -> None:
    given = {"living.pulse": "1.5", "output.size": "640x360", "seed": 7, "output.fps": "25",
             "style": "neon", "guidance.style": "- {text: warm, weight: 2}"}  # fmt: skip
    changed = filled("video", "living", given)
    assert changed == {"living.pulse": 1.5, "output.size": "640x360", "seed": 7, "style": "neon",
                       "guidance.style": [{"text": "warm", "weight": 2}]}  # fmt: skip
    preset = load_preset("video", "living", changed)
    assert preset.living.pulse == 1.5 and preset.guidance.style[0].weight == 2


@pytest.mark.parametrize(
    ("given", "key", "word"),
    [
        ({"living.pulse": 9}, "living.pulse", "less than"),
        ({"living.pulse": "loud"}, "living.pulse", "number"),
        ({"output.size": "3x3"}, "output.size", "cannot be used"),
        ({"style": "nix"}, "style", "not to be had"),
        ({"output.sound_kbps": "x"}, "output.sound_kbps", "integer"),
        ({"output.codec": "prores"}, "output.codec", "not to be had"),
        ({"guidance.style": "- {text: a, weight: 99}"}, "guidance.style", "less than"),
        ({"guidance.style": "{unclosed"}, "guidance.style", ""),
        ({"nothing.at.all": 1}, "nothing.at.all", "cannot be changed"),
        ({"output.sound": "copy", "output.sound_kbps": 100}, "output.sound_kbps", "no effect"),
    ],
)
def test_faults_come_back_at_their_fields(given: dict[str, Any], key: str, word: str) -> None:
    with pytest.raises(FormError) as error:
        filled("video", "living", given)
    assert [fault.key for fault in error.value.faults] == [key]
    assert word in error.value.faults[0].message
    assert "--set" not in str(error.value)


def test_unknown_presets() -> None:
    for name in ("tiny", "nix", "../x", "/etc/passwd"):
        with pytest.raises(FormError):
            filled("video", name, {})


def test_all_settings_of_a_living_film_are_there_but_for_files() -> None:
    keys = {field.key for group in form_of("video", "living") for field in group.fields}
    wanted = set(preset_schema("video").model_fields["living"].annotation.model_fields)
    assert {
        f"living.{name}" for name in wanted - {"plan", "artwork", "logo", "layer", "edge"}
    } <= keys
