"""Numbers of files are exact, and none takes more room than a time can."""

from __future__ import annotations

from fractions import Fraction

import pytest

from musivid.interchange.exact import bounded, exact, exact_float, parse_marks_json, whole
from musivid.interchange.fades import Fades
from musivid.interchange.marks import Unreadable


def test_numbers_are_exact() -> None:
    assert exact("0.1") == Fraction(1, 10) and exact("-1e3") == -1000 and whole("12") == 12
    assert exact_float(0.5) == Fraction(1, 2)
    assert parse_marks_json("[0.1, 2]") == [Fraction(1, 10), Fraction(2)]
    assert isinstance(parse_marks_json("[1.5]", exactly=False)[0], float)


@pytest.mark.parametrize("text", ["9" * 5000, "1e99999999", "1e50", "", ".", "nan", "1_0", "٣"])
def test_what_is_no_number_of_a_file_is_told_with_its_line(text: str) -> None:
    with pytest.raises(Unreadable) as found:
        exact(text, 7)
    assert found.value.line == 7 and found.value.hint and len(found.value.problem) < 200


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 1e300, 1e-300])
def test_a_time_of_a_library_is_one(value: float) -> None:
    with pytest.raises(Unreadable):
        exact_float(value)


def test_a_time_that_is_too_fine_is_told() -> None:
    assert bounded(Fraction(1001, 30000)) == Fraction(1001, 30000)
    with pytest.raises(Unreadable):
        bounded(Fraction(1, 10**31))


def test_fades_are_found_by_time() -> None:
    fades = Fades([(Fraction(8), Fraction(10)), (Fraction(2), Fraction(4))])
    assert fades.begin(Fraction(8), Fraction(-1)) == 2 and fades.begin(None, Fraction(-1)) == 8
    assert fades.begin(Fraction(1), Fraction(-1)) == -1
    assert fades.end(Fraction(3), Fraction(1)) == 4 and fades.end(Fraction(3), Fraction(2)) == 10
    assert fades.end(Fraction(4), Fraction(0)) == 10 and fades.end(Fraction(10), Fraction(5)) == 15
    assert [fades.cut(Fraction(t)) for t in (1, 2, 4, 5, 9)] == [1, 3, 3, 5, 9]
