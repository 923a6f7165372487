"""How lines of other languages are told apart, cut into words and found in tables."""

from __future__ import annotations

import pytest

from musivid.nets.pocket.forms import bare, compound, stem
from musivid.nets.pocket.text import TongueTable, Words
from musivid.nets.pocket.tongues import Leaning, Tongue, script_of, split_words

ENGLISH = "the i you of in my and a is on night love rose sun moon sea heart dance light rain king"
COMMON = {
    "de": "die der und das ich in mein nacht wir ist auf durch",
    "fr": "de la le les dans mon et je nuit sur une un",
    "it": "di il la che mio nella notte e un una del",
    "tr": "ve bir bu gece gibi ben sen",
    "id": "yang dan di ke malam aku dari",
    "es": "de la el en y mi noche",
}
WORDS = {
    "de": {"sonne": "sun", "tanzen": "dance", "stern": "stars", "himmel": "sky", "herz": "heart"},
    "fr": {"soleil": "sun", "danser": "dance", "étoile": "stars", "arc en ciel": "rainbow",
           "coucher de soleil": "sunset"},
    "it": {"sole": "sun", "stella": "stars", "orologio": "clock", "ballare": "dance"},
    "tr": {"deniz": "sea", "yıldız": "stars", "kalp": "heart", "parla": "shine", "el ele": "pair"},
    "id": {"bintang": "stars", "air": "water", "air mata": "tears", "tari": "dance"},
    "ru": {"звезда": "stars", "снег": "snow", "танцевать": "dance"},
    "ja": {"月": "moon", "月明かり": "moonlight", "海": "sea", "花火": "fireworks", "バラ": "rose",
           "輝": "shine", "降る": ""},
    "ko": {"눈물": "tears", "눈": "eye", "하얀 눈": "snow", "바다": "sea", "사랑": "love"},
    "hi": {"चाँद": "moon", "आँख": "eye", "प्यार": "love"},
    "ar": {"قلب": "heart", "شمس": "sun", "مدينة": "city", "قرية": "village"},
}  # fmt: skip
OTHERS = {"luna": "moon", "花": "flowers", "火": "fire", "海": "sea"}


@pytest.fixture(scope="module")
def words() -> Words:
    tongues: dict[str, TongueTable] = {
        code: {"words": WORDS.get(code, {}), "common": COMMON.get(code, "")}
        for code in sorted({*WORDS, *COMMON})
    }
    english = [*ENGLISH.split(), "stars", "sky", "snow", "tears", "water", "city", "village"]
    return Words(16, english, OTHERS, 8, tongues=tongues)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("the moon in my heart", "the moon in my heart"),  # English goes as it is
        ("Die Sonne und der Sternenhimmel", "sun stars sky"),  # parts of a compound
        ("wir tanzten durch die Nacht", "dance"),
        ("Les étoiles dansent dans la nuit", "stars dance"),
        ("l'étoile", "stars"),
        ("un arc-en-ciel", "rainbow"),
        ("le coucher de soleil", "sunset"),
        ("L'orologio del mio sole", "clock sun"),
        ("la luna en mi noche", "la moon en mi noche"),  # Spanish as the table of others has it
        ("Yıldızlarımız denizde parlıyor", "stars sea shine"),
        ("kalbim", "heart"),
        ("El ele", "pair"),
        ("air mata", "tears"),
        ("tarian di bintang-bintang", "dance stars stars"),
        ("Она танцевала в снегу под звездой", "dance snow stars"),
        ("月明かりの海", "moonlight sea"),
        ("バラが輝いて雪が降る", "rose shine"),
        ("海", "sea"),
        ("花火", "fireworks"),  # one word in Japanese, two in Chinese
        ("눈물이 바다로", "tears sea"),
        ("하얀 눈이 내려", "snow"),
        ("사랑해 baby", "love baby"),
        ("मेरे चांद", "moon"),  # another spelling
        ("قَلْبِي والشمس في المدينة", "heart sun city"),  # with vowel signs; "and the sun"
        ("القرية", "village"),
    ],
)
def test_words_of_other_languages_are_found_in_their_forms(
    words: Words, line: str, found: str
) -> None:
    assert words.find(line) == found.split()


def test_what_is_understood_is_told_from_small_and_unknown_words(words: Words) -> None:
    read = {word.said: word.known for word in words.read("Die Sonne xyzzy auf")}
    assert read == {"die": None, "sonne": True, "xyzzy": False, "auf": None}
    read = {word.said: word.known for word in words.read("バラと海の降る夜空")}
    assert read == {"バラ": True, "海": True, "降る": None, "夜空": False}
    assert [word.known for word in words.read("qwertz")] == [False]


def test_lines_of_no_clear_language_are_english(words: Words) -> None:
    for line in ("rose", "dance dance", "123", "", "...", "the king is on"):
        assert words.find(line) == [word for word in line.split() if word != "..."]


def test_without_tables_lines_are_read_as_before() -> None:
    words = Words(16, ENGLISH.split(), OTHERS, 8)
    assert words.find("Die Sonne") == ["die", "sonne"] and words.find("花火") == ["flowers", "fire"]


def test_scripts_and_marks_stay_with_their_words() -> None:
    assert split_words("आँखें, l’amour (2x)") == ["आँखें", "l'amour", "2", "x"]
    found = [script_of(word) for word in ("ひ", "한", "आ", "ق", "ж", "漢", "é")]
    assert found == ["ja", "ko", "hi", "ar", "ru", "zh", None]


def test_spellings_and_stems_are_one() -> None:
    assert bare("Straße") == "strasse" and bare("ışık") == "isik" and bare("ज़िंदगी") == bare("जिंदगी")
    assert stem("étoiles", "fr") == stem("étoile", "fr") and stem("xyz", "tr") == "xyz"


def test_compounds_need_two_known_parts() -> None:
    known = {"stern": "stars", "himmel": "sky", "mond": "moon"}.get
    assert compound("sternenhimmel", known) == "stars sky"
    assert compound("mondhimmel", known) == "moon sky" and compound("himmelfahrt", known) is None


def test_a_tongue_says_how_likely_words_are_in_it() -> None:
    german = Tongue("de", WORDS["de"], COMMON["de"].split())
    assert german.likelihood(["ich"], deep=False) > german.likelihood(["sonne"], deep=False)
    assert german.likelihood(["tanzte"], deep=True) > german.likelihood(["tanzte"], deep=False)


GERMAN = ("Die Sonne und der Himmel", "wir tanzten durch die Nacht", "mein Herz ist auf der See")
ITALIAN = ("il sole nella notte", "la stella che ballare un orologio", "una notte e una stella")


@pytest.mark.parametrize(
    ("song", "line", "found"),
    [
        ((), "sole rose", "sole rose"),
        (ITALIAN, "sole", "sun"),  # one word that both have
        (ITALIAN, "the moon in my heart", "the moon in my heart"),  # a line in another language
        (("the moon in my heart", "rain on the sea", "night of love"), "sole", "sole"),
        (GERMAN, "herz", "heart"),
        (("月の海", "花火が降る", "海"), "海花", "sea"),  # Japanese beside other lines with kana
        (("海", "花", "火", "花海"), "花火", "flowers fire"),  # Chinese: none has kana
        (("海", "花"), "花火", "fireworks"),  # too few to tell
    ],
)
def test_a_song_says_what_its_short_lines_are(
    words: Words, song: tuple[str, ...], line: str, found: str
) -> None:
    assert words.in_song(song).find(line) == found.split()
    assert words.leaning == Leaning()  # the tower itself stays as it is


def test_a_song_has_the_language_of_most_of_its_words(words: Words) -> None:
    said = [(GERMAN, "de"), (ITALIAN, "it"), (("die Sonne", "il sole"), ""), ((), "")]
    said += [(("123",), ""), (("월 바다", "sea"), "ko"), (("the sea", *GERMAN), "de")]
    assert [words.in_song(lines).leaning.most for lines, _ in said] == [code for _, code in said]
