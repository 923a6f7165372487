"""Small studies with films of their own, and a visitor who answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import numpy as np
from starlette.testclient import TestClient

from musivid.core.progress import Silent
from musivid.media.sink import FrameSink
from musivid.studies.manifest import Manifest
from musivid.studies.site.app import Site, make_site
from musivid.studies.site.serve import open_answers
from musivid.studies.site.taking import Taking
from musivid.studies.stimuli import Stimuli, find_sources, make_stimuli

SYSTEMS = ("zebra-net", "quokka-net")
SECONDS = 1.0


def write_films(folder: Path, clips: int = 3) -> None:
    """Films of a second, each with a tone of its own."""
    from fractions import Fraction

    import soundfile

    from musivid.media.soundtrack import Sound

    for place, system in enumerate(SYSTEMS):
        (folder / system).mkdir(parents=True)
        for clip in range(clips):
            rate, name = 44_100, f"clip{clip}"
            hz = 220 * (1 + place) * (1 + clip / 4)
            tone = 0.1 * (1 + place) * np.sin(2 * np.pi * hz * np.arange(rate) / rate)
            wav = folder / f"{name}.wav"
            soundfile.write(wav, tone, rate)
            film = folder / system / f"{name}.mp4"
            with FrameSink(
                film, size=(64, 48), fps=Fraction(10), sound=Sound(wav, 0.0, SECONDS)
            ) as sink:
                for frame in range(10):
                    sink.write(np.full((48, 64, 3), 20 * clip + 10 * frame, np.uint8))
            wav.unlink()


def study(folder: Path, **changed: Any) -> Manifest:
    """A study of two systems whose films are in a folder."""
    plain = {
        "title": "Which music fits?",
        "languages": ["en", "zh"],
        "consent": {"en": "I agree to this.", "zh": "我同意。"},
        "systems": {name: name for name in SYSTEMS},
        "trials": 4,
        "checks": {"training": 1, "instructed": 1, "gold": 1, "repeat": 1},
    }
    return Manifest.model_validate({**plain, **changed})


def stimuli_of(manifest: Manifest, folder: Path, films: Path | None = None) -> Stimuli:
    """What participants will see and hear, in a folder, of films there or elsewhere."""
    sources = find_sources(manifest, films or folder)
    return make_stimuli(folder / "stimuli", manifest, sources, Silent())


def opened(manifest: Manifest, folder: Path, stimuli: Stimuli) -> tuple[TestClient, Site]:
    """Somebody's browser, and the site that it visits."""
    store, _ = open_answers(manifest, folder, stimuli.clips())
    site = Site(Taking(manifest, stimuli), store, b"salt")
    return TestClient(make_site(site), follow_redirects=False), site


def begin(visitor: TestClient, query: str = "", **said: str) -> str:
    """Take part; return the code."""
    form = {"agree": "yes", "language": "en", "role": "amateur", **said}
    answer = visitor.post(f"/begin{query}", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/p/")


def reply(manifest: Manifest, trial: dict[str, Any], value: float = 3) -> dict[str, Any]:
    """What a page would send; instructed trials get what they ask for."""
    sent: dict[str, Any] = {"position": trial["position"], "events": [[5, "play", "0.00"]]}
    if manifest.design == "compare":
        return {**sent, "choice": trial["asked_for"] or "left"}
    wanted = trial["asked_for"] if trial["asked_for"] is not None else value
    names = [question["name"] for question in trial["questions"]]
    return {
        **sent,
        "values": [
            dict.fromkeys(names, wanted)
            for _ in (trial["sounds"] if trial["vary"] == "music" else trial["films"])
        ],
    }


def send(address: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> str:
    """Post as a page of a study does; where that leads."""
    origin = "/".join(address.split("/")[:3])
    asked = Request(address, data=body, headers={"Origin": origin, "Content-Type": kind})
    with urlopen(asked) as answer:
        found: str = answer.geturl()
        return found


def take_part(link: str) -> None:
    """Go through a study of votes as somebody who hears."""
    begun = send(f"{link}begin", urlencode({"agree": "yes", "language": "en"}).encode())
    while True:
        with urlopen(f"{begun}/now") as answer:
            trial = json.load(answer)["trial"]
        if trial is None:
            break
        reply = {"position": trial["position"], "choice": "left", "events": []}
        send(f"{begun}/answer", json.dumps(reply).encode(), "application/json")
    send(f"{begun}/finish", b"comment=fine")
