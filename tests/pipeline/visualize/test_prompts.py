"""Genres in captions, prompts that people can change, and texts that fit into CLIP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.nets.diffusion.reading import shorten
from musivid.pipeline.visualize.prompts import make_prompts, read_prompts, write_prompts
from musivid.pipeline.visualize.styles import GenreStyles, find_styles, read_styles
from musivid.settings.visualize import PromptsPreset


@pytest.fixture
def table() -> GenreStyles:
    return read_styles(find_styles("genres"))


def cues(*texts: str) -> list[Cue]:
    return [Cue(float(n), float(n + 1), text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("a reggaeton beat", ["reggaeton"]),
        ("Reggae, then reggaeton", ["reggae", "reggaeton"]),
        ("graphic sounds from a warehouse, popular", []),
        ("HIP-HOP with rap", ["hip-hop", "rap"]),
        ("an r&b song", ["r&b"]),
        ("new  age pads", ["new age"]),
        ("Techno Pop", ["techno", "pop"]),
    ],
)
def test_genres_are_whole_words_the_longest_first(
    table: GenreStyles, caption: str, words: list[Any]
) -> None:
    assert [w.replace("hip hop", "hip-hop") for w in table.named(caption)] == words


def test_the_published_way_looks_anywhere_in_table_order(table: GenreStyles) -> None:
    assert table.first_letters("graphic jazz") == "jazz"  # before rap in the table
    assert table.first_letters("a graphic sound") == "rap"
    assert table.first_letters("reggaeton") == "reggae"


def test_the_song_votes(table: GenreStyles) -> None:
    assert table.vote(["techno pop", "techno", "a house beat", "silence"]) == "techno"
    assert table.vote(["jazz", "rock"]) == "jazz"  # of equals the first
    assert table.vote(["nothing", ""]) == ""


def test_weights_come_from_the_preset(table: GenreStyles) -> None:
    settings = PromptsPreset(caption=0.0, caption_alone=0.3, style=0.3, artwork=0.7)
    pictures = [Path("/a.png"), Path("/b.png")]
    jazz, same = make_prompts(cues("slow jazz", "drums"), settings, table, pictures, 2.0)
    assert [said.weight for said in jazz.texts()] == [0.3]
    assert "flowing lines" in jazz.texts()[0].what
    assert same.genre == "jazz" and same.style == jazz.style  # the vote of the song
    assert [said.weight for said in jazz.pictures()] == [0.35, 0.35]
    own = settings.model_copy(update={"vote": "caption"})
    _, alone = make_prompts(cues("slow jazz", "drums"), own, table, [], 2.0)
    assert [(said.what, said.weight) for said in alone.texts()] == [("drums", 0.3)]
    named = settings.model_copy(update={"genre": "Metal"})
    assert "gothic" in make_prompts(cues("slow jazz"), named, table, [], 1.0)[0].style.what


def test_words_of_the_user_have_weights_of_their_own(table: GenreStyles) -> None:
    settings = PromptsPreset(caption=0.1, caption_alone=0.3, sound=0.9, given=1.0, given_sound=0.2)
    for text in ("slow jazz", "the sea"):
        heard = make_prompts(cues(text), settings, table, [], 1.0)[0]
        given = make_prompts(cues(text), settings, table, [], 1.0, given=True)[0]
        assert heard.sound == 0.9 and heard.caption.weight < 0.5
        assert given.sound == 0.2 and given.caption.weight == 1.0
    plain = PromptsPreset(caption_alone=0.3, sound=0.9)
    same = make_prompts(cues("the sea"), plain, table, [], 1.0, given=True)[0]
    assert (same.caption.weight, same.sound) == (0.3, 0.9)


def test_prompts_can_be_changed_by_hand(table: GenreStyles, tmp_path: Path) -> None:
    path = tmp_path / "prompts.yaml"
    prompts = make_prompts(cues("calm piano: soft", "drums"), PromptsPreset(), table, [], 2.0)
    write_prompts(path, prompts)
    assert read_prompts(path, prompts) == prompts
    path.write_text(path.read_text().replace("calm piano: soft", "a red balloon"))
    changed = read_prompts(path, prompts)
    assert changed[0].caption.what == "a red balloon"
    assert changed[0].digest() != prompts[0].digest() and changed[1].digest() == prompts[1].digest()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda text: text + "- from: 3\n", "3 prompts for 2"),
        (lambda text: text.replace("weight: 1.0", "weight: many", 1), "prompt 1 cannot be used"),
        (lambda text: text.replace("weight: 1.0", "weight: -1", 1), "not within 0 to 10"),
        (lambda text: text.replace("caption:", "capt:", 1), "prompt 1"),
        (lambda text: "- [", r"prompts\.yaml:\d+"),
        (lambda text: text.replace("artwork: []", "artwork: [{file: /no.png, weight: 1}]", 1),
         "no picture /no.png"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(
    table: GenreStyles, tmp_path: Path, change: Callable[..., Any], match: str
) -> None:
    path = tmp_path / "prompts.yaml"
    prompts = make_prompts(cues("a", "b"), PromptsPreset(), table, [], 2.0)
    write_prompts(path, prompts)
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=match):
        read_prompts(path, prompts)


def test_a_users_table_is_found_by_path_and_in_the_settings(
    tmp_path: Path, own_folders: Path
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("- words: polka\n  style: red boots\n")
    assert read_styles(find_styles(str(mine))).style_of("polka") == "red boots"
    folder = own_folders / "xdg_config_home" / "musivid" / "visualize" / "styles"
    folder.mkdir(parents=True)
    (folder / "genres.yaml").write_text(mine.read_text())
    assert find_styles("genres").parent == folder
    with pytest.raises(InputError, match="no table of styles 'other'"):
        find_styles("other")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("words: a", "is a list"),
        ("- words: [a]\n- style: b\n", r"t\.yaml:1: entry 1.*\n.*t\.yaml:2: entry 2"),
        ("- {words: [], style: b}", "entry 1"),
        ("- [", "t.yaml"),
    ],
)
def test_faults_of_a_table_are_named_with_their_lines(
    tmp_path: Path, text: str, match: str
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=match):
        read_styles(path)


def count(text: str) -> int:
    return len(text.split()) + 2


def test_texts_are_shortened_at_clauses_from_the_last() -> None:
    texts = ["one two three", "four five, six seven. eight"]
    assert shorten(texts, count, 99) == texts
    assert shorten(texts, count, 9) == ["one two three", "four five, six seven"]
    assert shorten(texts, count, 7) == ["one two three", "four five"]
    assert shorten(texts, count, 6) == ["one two three", "four"]
    assert shorten(texts, count, 4) == ["one two", ""]
    assert shorten([""], count, 1) == [""]
