"""`musivid farm status`: who may take part, in words, JSON and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from programs import Program

from musivid.commands import farm
from musivid.farm import cluster, survey
from musivid.farm.survey import Machine, Resources
from musivid.farm.units import Crew

FREE = Resources(3.0, 0.0, 5.5)


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a cluster have machines that are as this one but for what is said."""
    monkeypatch.setattr(farm, "need_extra", lambda *names, **what: None)
    monkeypatch.setattr(cluster, "join_cluster", lambda address, command, reporter: "10.0.0.5:6379")
    monkeypatch.setattr(cluster, "leave_cluster", lambda: None)

    def have(*differ: dict[str, Any]) -> None:
        def surveyed(crew: Crew, *, gpus: bool, wait_s: float) -> tuple[list[Machine], Resources]:
            facts = dict(crew.make(*crew.arguments).facts())
            like = Machine("n0 (abc)", "10.0.0.5", Resources(4.0, 0.0, 8.0), facts)
            found = []
            for number, one in enumerate(differ):
                own = None if "why" in one else facts | one
                found.append(replace(like, name=f"n{number}", facts=own, why=one.get("why", "")))
            return found, FREE

        monkeypatch.setattr(survey, "survey", surveyed)

    return have


def test_all_may_take_part(musivid: Program, machines: Callable[..., None]) -> None:
    machines({}, {})
    code, out, err = musivid("farm", "status", "-p", "evaluate/quick")
    assert (code, err) == (0, "")
    assert out.splitlines()[1].split("\t") == ["n0", "10.0.0.5", "4", "0", "8", "yes"]
    assert out.splitlines()[-1] == "not in use: 3 cores, 0 GPUs, 5.5 GB of memory"


def test_who_differs_is_named_with_what(musivid: Program, machines: Callable[..., None]) -> None:
    machines({}, {"torch": "2.10.0"}, {"why": "there are no weights"})
    code, out, err = musivid("farm", "status", "-p", "evaluate/quick", "--json")
    told = json.loads(out)
    assert code == 4 and "2 of 3 machines may not take part: n1, n2" in err
    assert [one["takes_part"] for one in told["machines"]] == [True, False, False]
    assert told["machines"][1]["differs"][0].startswith("torch 2.10.0 (here ")
    assert told["machines"][2]["why"] == "there are no weights" and told["free"]["cpus"] == 3.0


def test_nobody_may_take_part(musivid: Program, machines: Callable[..., None]) -> None:
    machines({"dtype": "torch.bfloat16"})
    code, out, _ = musivid("farm", "status", "-p", "evaluate/quick")
    assert code == 3 and "no: dtype torch.bfloat16 (here torch.float32)" in out


def test_what_is_to_be_done_there_is_a_preset(
    musivid: Program, machines: Callable[..., None]
) -> None:
    for text in ("dream", "caption/pocket"):
        code, _, err = musivid("farm", "status", "-p", text)
        assert code == 2 and "COMMAND/NAME" in err
    drawn, painted = farm._needs([]), farm._needs(["video/dream", "bgm_infer/pocket"])
    assert drawn.drawn and drawn.worded and drawn.networks
    assert not painted.drawn and {family for family, _ in painted.models} >= {"painter", "composer"}
