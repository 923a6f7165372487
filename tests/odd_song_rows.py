"""The rows of odd songs: what people have, and what is right; `odd_song_table` makes them."""

from __future__ import annotations

from typing import Any

import numpy as np
from odd_song_table import (
    OddSong,
    between,
    changed,
    cut,
    data,
    filmed,
    flac_picture,
    floats,
    headed,
    id3,
    joined,
    patched,
    picture,
    processed,
    renamed,
    with_cover,
    written,
)

__all__ = ["ODD_SONGS"]

Rows = tuple[OddSong, ...]
_LOSSY = 0.06  # how far a codec rings, in seconds
MP3, FLAC, WAV, VORBIS = written("libmp3lame"), written(), headed(), processed("libvorbis")
_TITLE, _ARTIST = "Über Ñandú", "Мира"
_NO_SOUND, _NO_MEDIA = "no sound that can be decoded", "cannot be read"
RATE = 8000
_TWICE: dict[str, Any] = {"lasts_s": 2.0, "sings_s": (0.25, 1.75)}

_TWO_MP3: dict[str, Any] = {**_TWICE, "slack_s": 0.2, "warning": "skipped packets"}

_CHANNELS: Rows = tuple(
    OddSong("channels", "song.wav", headed(channels=count), (count, RATE))
    for count in (2, 3, 5, 7, 8, 10, 12, 16, 20, 24)
)

_CODECS: Rows = (
    OddSong("codec", "a.mp3", written("libmp3lame", 44100), (1, 44100), slack_s=_LOSSY),
    OddSong("codec", "a.m4a", written("aac", 44100, 2), (2, 44100), slack_s=_LOSSY),
    OddSong("codec", "a.m4a", written("alac", 44100), (1, 44100)),
    OddSong("codec", "a.ogg", VORBIS, slack_s=_LOSSY),
    OddSong("codec", "a.opus", written("libopus", 48000), (1, 48000), slack_s=_LOSSY),
    OddSong("codec", "a.wma", processed("wmav2", 44100), (1, 44100), slack_s=_LOSSY),
    OddSong("codec", "a.ac3", written("ac3", 48000), (1, 48000), slack_s=_LOSSY),
    OddSong("codec", "a.mp2", written("mp2", 44100), (1, 44100), slack_s=_LOSSY),
    OddSong("codec", "a.tta", written("tta", 44100), (1, 44100)),
    OddSong("codec", "a.wv", written("wavpack"), slack_s=0.02),
)

_SAMPLES: Rows = (
    OddSong("samples", "a.wav", written("pcm_u8")),
    OddSong("samples", "a.wav", written("pcm_s24le")),
    OddSong("samples", "a.wav", written("pcm_s32le")),
    OddSong("samples", "a.wav", written("pcm_f32le")),
    OddSong("samples", "a.wav", written("pcm_f64le")),
    OddSong("samples", "a.wav", written("pcm_alaw")),
    OddSong("samples", "a.wav", written("pcm_mulaw")),
    OddSong("samples", "a.wav", written("adpcm_ms"), slack_s=_LOSSY),
    OddSong("samples", "a.wav", written("adpcm_ima_wav"), slack_s=0.07),
    OddSong("samples", "a.aif", written("pcm_s16be")),
)

_RATES: Rows = tuple(
    OddSong("rate", "a.flac", written("", rate), (1, rate))
    for rate in (6000, 11025, 12000, 16000, 22050, 32000, 37800, 44056, 96000, 192000)
)

_LOW_MP3: Rows = tuple(
    OddSong("MP3 of a low rate", "a.mp3", written("libmp3lame", rate), (1, rate), slack_s=0.08)
    for rate in (8000, 11025, 12000, 16000, 22050, 24000)
)

_JOINED: Rows = (
    OddSong("joined", "a.mp3", joined(MP3, MP3), **_TWO_MP3),
    OddSong("joined", "a.flac", joined(FLAC, FLAC), **_TWICE),
    OddSong("joined", "a.ogg", joined(VORBIS, VORBIS), slack_s=_LOSSY, **_TWICE),
    OddSong("joined", "a.aac", joined(written("aac"), written("aac")), slack_s=0.4, **_TWICE),
    OddSong(
        "joined",
        "a.mp3",
        joined(MP3, written("libmp3lame", 8000, 2)),
        slack_s=0.2,
        warning="skipped packets",
        **_TWICE,
    ),
    OddSong(
        "joined",
        "a.mp3",
        joined(MP3, written("libmp3lame", 16000)),
        slack_s=0.2,
        warning="skipped packets",
        **_TWICE,
    ),
    OddSong(
        "joined",
        "a.mp3",
        joined(MP3, MP3, glue=bytes(3000)),
        slack_s=0.2,
        warning="skipped packets",
        **_TWICE,
    ),
    OddSong(
        "joined",
        "a.mp3",
        joined(MP3, MP3, glue=id3(title=b"\0two")),
        slack_s=0.2,
        warning="skipped packets",
        **_TWICE,
    ),
    OddSong("joined", "a.wav", joined(WAV, data(b"LIST\4\0\0\0INFO"))),
    OddSong("joined", "a.wav", joined(WAV, WAV)),
)

_OPUS, _OGG_FLAC = written("libopus", 48000), written("flac")
_IN_ONE = "songs of two forms in one file"

_CHAINED: Rows = (
    OddSong(_IN_ONE, "a.opus", joined(_OPUS, written("libopus", 48000, 2)), (1, 48000),
            slack_s=_LOSSY, **_TWICE),
    OddSong(_IN_ONE, "a.opus", joined(written("libopus", 48000, 2), _OPUS), (2, 48000),
            slack_s=_LOSSY, **_TWICE),
    OddSong(_IN_ONE, "a.ogg", joined(VORBIS, processed("libvorbis", 44100)), slack_s=_LOSSY,
            **_TWICE),
    OddSong(_IN_ONE, "a.ogg", joined(VORBIS, _OPUS), slack_s=_LOSSY, **_TWICE),
    OddSong(_IN_ONE, "a.ogg", joined(_OPUS, VORBIS, glue=b"TAG" + bytes(125)), (1, 48000),
            slack_s=_LOSSY, **_TWICE),
    OddSong(_IN_ONE, "a.oga", joined(_OGG_FLAC, written("flac", 16000, 2)), **_TWICE),
    OddSong(_IN_ONE, "a.oga", joined(_OGG_FLAC, cut(_OGG_FLAC, 0.03)), (1, RATE),
            warning="damaged: its sound cannot be read beyond 1.0 s"),
    OddSong(_IN_ONE, "a.oga", joined(_OGG_FLAC, cut(_OGG_FLAC, 0.03), _OGG_FLAC),
            warning="skipped packets: 1", **_TWICE),
    OddSong(_IN_ONE, "a.flac", joined(FLAC, written("", 16000, 2)), **_TWICE),
    OddSong(_IN_ONE, "a.flac", between(id3(title=b"\0x"), joined(written("", 16000, 2), FLAC)),
            (2, 16000), **_TWICE),
)  # fmt: skip

_BEGUN = "recording that begins within a song"

_RECORDED: Rows = (
    OddSong(_BEGUN, "a.ogg", joined(cut(_OGG_FLAC, -0.4), _OGG_FLAC), warning="skipped packets: 1"),
    OddSong(_BEGUN, "a.opus", joined(cut(_OPUS, -0.4), written("libopus", 48000, 2)), (2, 48000),
            slack_s=_LOSSY, warning="skipped packets: 1"),
    OddSong(_BEGUN, "a.ogg", joined(cut(VORBIS, -0.4), VORBIS, _OPUS), slack_s=_LOSSY,
            warning="skipped packets: 1", **_TWICE),
    OddSong(_BEGUN, "a.opus", cut(_OPUS, -0.4), fault=_NO_MEDIA),
)  # fmt: skip

_CUT: Rows = (
    OddSong("cut off", "a.mp4", cut(filmed("aac"), 0.97), fault=_NO_MEDIA),
    OddSong("cut off", "a.m4a", cut(written("aac"), 0.5), fault=_NO_MEDIA),
    OddSong("cut off", "a.m4a", cut(written("aac", muxer={"movflags": "faststart"}), 0.97),
            slack_s=0.25, warning="cut off"),
    OddSong("cut off", "a.mp3", cut(written("libmp3lame", 44100), 0.6), (1, 44100), lasts_s=0.6,
            sings_s=(0.25, 0.6), slack_s=0.1, warning="cut off"),
    OddSong("cut off", "a.flac", cut(written("", 44100), 0.6), (1, 44100), lasts_s=0.31,
            sings_s=(0.25, 0.31), slack_s=0.02, warning="skipped packets"),
    OddSong("cut off", "a.wav", cut(WAV, 0.6), lasts_s=0.6, sings_s=(0.25, 0.6),
            warning="cut off"),
    OddSong("cut off", "a.opus", cut(written("libopus", 48000), 0.6), fault=_NO_MEDIA),
    OddSong("cut off", "a.aac", cut(written("aac", 44100), 0.6), (1, 44100), lasts_s=0.6,
            sings_s=(0.25, 0.6), slack_s=0.15, warning="skipped packets"),
    OddSong("cut off", "a.aif", cut(written("pcm_s16be"), 0.6), lasts_s=0.6, sings_s=(0.25, 0.6),
            warning="cut off"),
    OddSong("cut off", "a.wav", cut(WAV, 0.002), fault=_NO_MEDIA),
)  # fmt: skip

_HEADERS: Rows = (
    OddSong("header of a WAV", "a.wav", headed(bits=0), fault=_NO_SOUND),
    OddSong("header of a WAV", "a.wav", headed(channels=0), fault=_NO_SOUND),
    OddSong("header of a WAV", "a.wav", headed(rate_hz=0), fault=_NO_MEDIA),
    OddSong("header of a WAV", "a.wav", headed(rate_hz=20), fault="20 samples a second"),
    OddSong("header of a WAV", "a.wav", headed(channels=255), fault="255 channels"),
    OddSong("header of a WAV", "a.wav", headed(code=0x7777), fault=_NO_SOUND),
    OddSong("header of a WAV", "a.wav", patched(WAV, 4, bytes(4))),
    OddSong("header of a WAV", "a.wav", patched(WAV, 4, b"\xff" * 4)),
    OddSong("header of a WAV", "a.wav", patched(WAV, 40, b"\xff" * 4)),
    OddSong("header of a WAV", "a.wav", patched(WAV, 28, bytes(4))),
)

_NO_SONGS: Rows = (
    OddSong("no song", "a.mp3", data(b""), fault="is empty"),
    OddSong("no song", "a.mp3", data(b"la la la\n" * 40), fault=_NO_MEDIA),
    OddSong("no song", "a.mp3", data(picture()), fault="no sound in it"),
    OddSong("no song", "a.mp3", data(b"PK\3\4" + bytes(400)), fault=_NO_MEDIA),
    OddSong("no song", "a.mp3", data(b"<!DOCTYPE html><html>404</html>"), fault=_NO_MEDIA),
    OddSong("no song", "a.mp3", data(np.random.default_rng(5).bytes(3000)), fault=_NO_MEDIA),
    OddSong("no song", "a.mp3", data(bytes(5000)), fault=_NO_MEDIA),
    OddSong(
        "no song",
        "a.mid",
        data(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0"),
        fault=_NO_MEDIA,
    ),
    OddSong(
        "no song", "a.m3u8", data(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), fault=_NO_MEDIA
    ),
    OddSong("no song", "a.mp4", filmed(""), fault="no sound in it"),
)  # fmt: skip

_AROUND: Rows = (
    OddSong("around the song", "a.mp3", between(id3(title=b"\0x" + bytes(800)), MP3),
            slack_s=_LOSSY, tags=("x", "")),
    OddSong("around the song", "a.mp3", between(bytes(2000), MP3), lasts_s=1.15, slack_s=0.2),
    OddSong("around the song", "a.mp3", between(b"ICY 200 OK\r\n\r\n", MP3), lasts_s=1.15,
            slack_s=0.2),
    OddSong("around the song", "a.mp3", between(b"", MP3, b"TAG" + bytes(125)), slack_s=_LOSSY),
    OddSong("around the song", "a.mp3", between(b"", MP3, b"APETAGEX" + bytes(900)),
            slack_s=_LOSSY),
    OddSong("around the song", "a.mp3", between(b"", MP3, b"LYRICSBEGIN" + bytes(400)),
            slack_s=_LOSSY),
    OddSong("around the song", "a.flac", between(id3(title=b"\0x"), FLAC)),
    OddSong("around the song", "a.flac", between(b"", FLAC, b"TAG" + bytes(125))),
    OddSong("around the song", "a.wav", between(b"", WAV, bytes(5000))),
    OddSong("around the song", "a.mp3", between(id3(title=b"\0a") + id3(title=b"\0b"), MP3),
            slack_s=_LOSSY, tags=("a", "")),
)  # fmt: skip

_VIDEOS: Rows = (
    OddSong("sound of a video", "a.mp4", filmed("aac"), slack_s=_LOSSY),
    OddSong("sound of a video", "a.mkv", filmed("pcm_s16le")),
    OddSong("sound of a video", "a.mov", filmed("pcm_s16le")),
    OddSong("sound of a video", "a.avi", filmed("pcm_s16le")),
    OddSong("sound of a video", "a.ts", filmed("aac"), slack_s=0.2),
    OddSong("sound of a video", "a.flv", filmed("flac")),
    OddSong("sound of a video", "a.mp4", filmed("aac", late=True), slack_s=0.15),
    OddSong("sound of a video", "a.mkv", filmed("flac")),
    OddSong("sound of a video", "a.nut", filmed("pcm_s16le")),
    OddSong("sound of a video", "a.3gp", filmed("aac"), slack_s=_LOSSY),
)

_VALUES: Rows = (
    OddSong("odd samples", "a.wav", floats(changed(1, (9, np.nan))), warning="NaN"),
    OddSong("odd samples", "a.wav", floats(changed(1, (9, np.inf))), (1, RATE),
            sings_s=(9 / 8000, 0.75), warning="infinite"),
    OddSong("odd samples", "a.wav", floats(changed(40.0))),
    OddSong("odd samples", "a.wav", floats(changed(0.2))),
    OddSong("odd samples", "a.wav", floats(changed(1), bits=64)),
    OddSong("odd samples", "a.wav", floats(np.zeros(8000, np.float32)),
            sings_s=(0.0, 0.0)),
    OddSong("odd samples", "a.wav", data(b""), fault="is empty"),
    OddSong("odd samples", "a.wav", floats(np.zeros(1, np.float32)), fault="too short"),
    OddSong("odd samples", "a.wav", floats(changed(1)[:1500]), fault="too short"),
    OddSong("odd samples", "a.wav", floats(changed(1)[2000:3700]), lasts_s=1700 / 8000,
            sings_s=(0.0, 1700 / 8000)),
)  # fmt: skip

_TAGS: Rows = (
    OddSong("tags", "a.flac", written(tags={"title": _TITLE, "artist": _ARTIST}),
            tags=(_TITLE, _ARTIST)),
    OddSong("tags", "a.ogg", written("libopus", 48000, tags={"TITLE": _TITLE}), (1, 48000),
            tags=(_TITLE, ""), slack_s=_LOSSY),
    OddSong("tags", "a.m4a", written("aac", tags={"title": _TITLE, "artist": _ARTIST}),
            tags=(_TITLE, _ARTIST), slack_s=0.15),
    OddSong("tags", "a.mp3", between(id3(title=b"\1" + _TITLE.encode("utf-16")), MP3),
            tags=(_TITLE, ""), slack_s=_LOSSY),
    OddSong("tags", "a.mp3", between(id3(title=b"\0" + "Über".encode("latin-1")), MP3),
            tags=("Über", ""), slack_s=_LOSSY),
    OddSong("tags", "a.mp3", between(id3(title=b"\3" + _TITLE.encode()), MP3),
            tags=(_TITLE, ""), slack_s=_LOSSY),
    OddSong("tags", "a.flac", written(tags={"title": "two\nlines", "album_artist": "all"}),
            tags=("two lines", "all")),
    OddSong("tags", "a.flac", written(tags={"title": " x  y\t"}), tags=("x y", "")),
    OddSong("tags", "a.mp3", between(id3(artist=b"\0only"), MP3), tags=("", "only"),
            slack_s=_LOSSY),
    OddSong("tags", "a.wav", written("pcm_s16le", tags={"title": "riff"}), tags=("riff", "")),
)  # fmt: skip

_OLD_TAGS: Rows = tuple(
    OddSong("tags in old encodings", "a.mp3",
            between(id3(title=b"\0" + title.encode(code), artist=b"\0" + artist.encode(code)), MP3),
            tags=(title, artist), slack_s=_LOSSY)
    for code, title, artist in (
        ("gbk", "月亮代表我的心", "邓丽君"), ("big5", "月亮代表我的心", "鄧麗君"),
        ("cp1251", "Группа крови", "Кино"), ("cp932", "夜に駆ける", "さくら"),
        ("cp949", "봄날", "방탄소년단"), ("latin-1", "Ágætis byrjun", "Sigur Rós"),
        ("latin-1", "Ça ira", "Édith Piaf"), ("cp1253", "Ζορμπάς", "Μίκης"),
    )
)  # fmt: skip

_COVERS: Rows = (
    OddSong("cover", "a.mp3", between(id3(art=picture()), MP3), cover="JPEG", slack_s=_LOSSY),
    OddSong("cover", "a.mp3", between(id3(art=picture("PNG"), kind=b"png"), MP3), cover="PNG",
            slack_s=_LOSSY),
    OddSong("cover", "a.flac", flac_picture(picture()), cover="JPEG"),
    OddSong("cover", "a.flac", flac_picture(picture("PNG"), b"image/png"), cover="PNG"),
    OddSong("cover", "a.m4a", with_cover, cover="JPEG", slack_s=0.15),
    OddSong("cover", "a.mp3", between(id3(title=b"\0t", art=picture()), MP3), cover="JPEG",
            tags=("t", ""), slack_s=_LOSSY),
    OddSong("cover", "a.mp3", between(id3(art=picture("WEBP"), kind=b"webp"), MP3), cover="WEBP",
            slack_s=_LOSSY),
    OddSong("cover", "a.mp3", between(id3(art=picture("PNG"), kind=b"jpeg"), MP3), cover="PNG",
            slack_s=_LOSSY),
    OddSong("cover", "a.flac", flac_picture(b"no picture at all"), cover="broken"),
    OddSong("cover", "a.mp3", between(id3(art=picture()[:60]), MP3), cover="broken",
            slack_s=_LOSSY),
)  # fmt: skip

_NAMES: Rows = (
    OddSong("name", "flac.mp3", renamed(".flac", FLAC)),
    OddSong("name", "mp3.wav", renamed(".mp3", MP3), slack_s=_LOSSY),
    OddSong("name", "aac.m4a", renamed(".aac", written("aac")), slack_s=0.2),
    OddSong("name", "m4a.mp3", renamed(".m4a", written("aac")), slack_s=0.15),
    OddSong("name", "wav", renamed(".wav", WAV)),
    OddSong("name", "UPPER.WAV", renamed(".wav", WAV)),
    OddSong("name", "two\nlines \U0001f3b5.wav", renamed(".wav", WAV)),
    OddSong("name", "x" * 240 + ".wav", renamed(".wav", WAV)),
    OddSong("name", "caf\udce9.wav", renamed(".wav", WAV)),
    OddSong("name", "-o %d 'x' [a].wav", renamed(".wav", WAV)),
)

_LENGTHS: Rows = (
    OddSong("length that is a guess", "a.mp3", written("libmp3lame", muxer={"write_xing": "0"}),
            lasts_s=1.15, slack_s=0.2),
    OddSong("length that is a guess", "a.aac", written("aac"), lasts_s=1.15, slack_s=0.2),
    OddSong("length that is a guess", "a.mka", written("pcm_s16le")),
    OddSong("length that is a guess", "a.mka", written("flac", muxer={"live": "1"})),
    OddSong("length that is a guess", "a.m4a",
            written("aac", muxer={"movflags": "frag_keyframe+empty_moov"}), slack_s=0.2),
    OddSong("length that is a guess", "a.ts", written("aac", 44100), (1, 44100), slack_s=0.2),
    OddSong("length that is a guess", "a.ac3", written("ac3", 44100), (1, 44100), slack_s=_LOSSY),
    OddSong("length that is a guess", "a.au", written("pcm_mulaw")),
    OddSong("length that is a guess", "a.caf", written("pcm_s16le")),
    OddSong("length that is a guess", "a.w64", written("pcm_s16le")),
)  # fmt: skip

ODD_SONGS: Rows = (
    *_CHANNELS, *_CODECS, *_SAMPLES, *_RATES, *_LOW_MP3, *_JOINED, *_CHAINED, *_RECORDED, *_CUT,
    *_HEADERS,
    *_NO_SONGS, *_AROUND, *_VIDEOS, *_VALUES, *_TAGS, *_OLD_TAGS, *_COVERS, *_NAMES, *_LENGTHS,
)  # fmt: skip
"""All of them."""
