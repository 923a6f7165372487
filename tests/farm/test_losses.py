"""Whether losses are a unit's fault, or chance's."""

from __future__ import annotations

import random

from musivid.farm.losses import Losses


def lost(units: str, at_work: int) -> Losses:
    """What is known after units were lost in this order."""
    losses = Losses()
    for unit in units:
        losses.add(unit, at_work, by_itself=False)
    return losses


def test_two_losses_are_nobodys_fault_and_twelve_are_too_many() -> None:
    assert not lost("uu", 1000).is_at_fault("u")
    assert not lost("u" * 11, 1).is_at_fault("u")
    assert lost("u" * 12, 1).is_at_fault("u")


def test_of_many_at_work_few_hits_are_no_chance() -> None:
    assert lost("uuu", 101).is_at_fault("u")
    assert not lost("uuu", 2).is_at_fault("u")
    assert lost("uuuuu", 16).is_at_fault("u")
    assert not lost("u" + "abcdefghijklmnop" * 4 + "uuu", 16).is_at_fault("u")


def test_crashes_need_no_chance() -> None:
    losses = Losses()
    for _ in range(3):
        assert not losses.is_at_fault("u")
        losses.add("u", 2, by_itself=True)
    assert losses.is_at_fault("u") and not losses.is_at_fault("other")


def test_kills_by_chance_give_up_nothing() -> None:
    """Whoever is killed goes on with what was lost, as a foreman has it; all of it finishes."""
    given_up = 0
    for seed in range(300):
        chance, losses = random.Random(seed), Losses()
        hands = ["u0", "u1", "u2"]
        fresh = 3
        for _ in range(60):
            place = chance.randrange(3)
            if chance.random() < 0.5:  # done
                hands[place], fresh = f"u{fresh}", fresh + 1
            else:
                losses.add(hands[place], 3, by_itself=False)
                given_up += losses.is_at_fault(hands[place])
    assert given_up <= 5
