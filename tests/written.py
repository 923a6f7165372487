"""Lines of all scripts and shapes: the one table that both ways to write lyrics on a film pass."""

from __future__ import annotations

__all__ = ["LINES"]

LINES: dict[str, str] = {
    "latin": "Ça déjà vu, naïve Übermut — Łódź",
    "greek": "Καλημέρα κόσμε, καλημέρα θάλασσα και ήλιε",
    "cyrillic": "Подмосковные вечера, не слышны в саду даже шорохи",
    "hebrew": "שלום New York עולם 2024 שירים",
    "arabic": "مرحبا love بالعالم والليل والبحر والقمر",
    "devanagari": "नमस्ते दुनिया, क्षितिज के पार चलो",
    "thai": "คืนนี้พระจันทร์สวยงามเหลือเกินฉันรักเธอเพียงคนเดียวตลอดไปไม่มีวันเปลี่ยนแปลง",
    "lao": "ສະບາຍດີຊາວໂລກຂ້ອຍຮັກເຈົ້າຫຼາຍໆຕະຫຼອດໄປ",
    "khmer": "សួស្តីពិភពលោកខ្ញុំស្រលាញ់អ្នកណាស់រៀងរហូតទៅ",
    "burmese": "မင်္ဂလာပါကမ္ဘာလောကကြီးချစ်တယ်ချစ်တယ်",
    "chinese": "月光照亮了整片大海，我们在风里慢慢地走，谁也没有说话，直到天亮",
    "japanese": "夜の海に光る「きっと」と言った君の声がずっとずっと響いていたよ、ねえ",
    "katakana": "コンピューターミュージックフェスティバルッションファンタジー",
    "korean": "달빛 아래 바다를 걸으며 우리는 아무 말도 하지 않았습니다 사랑합니다",
    "mixed": "love爱你 forever永远, Tokyo東京の夜",
    "emoji": "love ❤ you ☀ 🌊👨‍👩‍👧🇩🇪👍🏽 sea",
    "german": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "finnish": "lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas on pitkä sana",
    "url": "https://example.org/a/very/long/path/that/never/ends?and=it&goes=on&and=on",
    "one letter": "a" * 400,
    "marks": "Z̷̢̛͔̟a̸̧̛̤͎l̵̨̛͖͓g̴̢̛̼o̵̧̞͝ " * 6,
    "long": "we sing and sing and sing until the night is over " * 12,
    "two languages": "原文是这样的一行歌词\nthis is the same line of the song",
    "four rows": "one\ntwo\nthree\nfour",
    "symbols": "♪ ♫ la la la ♪",
    "braces": "{curly} \\N <i>tags</i> {\\an8} \\h",
    "no break": "one two three four five six seven eight nine".replace(" ", "\u00a0"),
    "short": "o",
}
"""By what is special about them."""
