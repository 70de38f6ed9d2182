import math

from hypothesis import given, strategies as st
import pytest

from custom_components.streaming_avatar.providers.settings import (
    COST_SETTINGS,
    Section,
    Setting,
    SettingError,
    SettingKind,
    SettingValue,
    clean_settings,
)

TEXTS = [
    SettingKind.TEXT,
    SettingKind.LONG_TEXT,
    SettingKind.SECRET,
    SettingKind.CATALOGUE,
    SettingKind.LANGUAGE,
    SettingKind.ENTITY,
    SettingKind.SPEECH_VOICE,
]


def setting_of(kind: SettingKind, **rules: float) -> Setting:
    return Setting(
        key="thing",
        kind=kind,
        section=Section.AVATAR,
        options=("one", "two"),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
    )


@pytest.mark.parametrize("kind", list(SettingKind))
@pytest.mark.parametrize("value", [None, ""])
def test_empty_means_leave_it_out(kind: SettingKind, value: object) -> None:
    assert setting_of(kind).clean(value) is None


@pytest.mark.parametrize("kind", [*TEXTS, SettingKind.OPTION])
def test_blank_text_is_empty(kind: SettingKind) -> None:
    assert setting_of(kind).clean(" \t\n") is None


@pytest.mark.parametrize("kind", TEXTS)
def test_text_is_stripped_and_kept(kind: SettingKind) -> None:
    assert setting_of(kind).clean("  Ann 👋 ") == "Ann 👋"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (SettingKind.OPTION, "two", "two"),
        (SettingKind.BOOLEAN, True, True),
        (SettingKind.BOOLEAN, False, False),
        (SettingKind.INTEGER, 5, 5),
        (SettingKind.INTEGER, 5.0, 5),
        (SettingKind.NUMBER, 5, 5.0),
        (SettingKind.NUMBER, 0.55, 0.55),
        (SettingKind.INTEGER, 0, 0),
    ],
)
def test_a_value_that_fits_comes_back_in_its_type(
    kind: SettingKind, value: object, expected: SettingValue
) -> None:
    cleaned = setting_of(kind).clean(value)
    assert cleaned == expected
    assert type(cleaned) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (SettingKind.OPTION, "three", "unknown_option"),
        (SettingKind.OPTION, "One", "unknown_option"),
        (SettingKind.OPTION, 1, "wrong_type"),
        (SettingKind.TEXT, 5, "wrong_type"),
        (SettingKind.TEXT, ["a"], "wrong_type"),
        (SettingKind.TEXT, "x" * 256, "too_long"),
        (SettingKind.BOOLEAN, 1, "wrong_type"),
        (SettingKind.BOOLEAN, "true", "wrong_type"),
        (SettingKind.INTEGER, True, "wrong_type"),
        (SettingKind.INTEGER, "5", "wrong_type"),
        (SettingKind.INTEGER, 5.5, "wrong_type"),
        (SettingKind.NUMBER, "5", "wrong_type"),
        (SettingKind.NUMBER, False, "wrong_type"),
        (SettingKind.NUMBER, math.nan, "wrong_type"),
        (SettingKind.NUMBER, math.inf, "wrong_type"),
        (SettingKind.NUMBER, 10**400, "wrong_type"),
        (SettingKind.INTEGER, -(10**400), "wrong_type"),
        (SettingKind.INTEGER, math.nan, "wrong_type"),
        (SettingKind.INTEGER, -math.inf, "wrong_type"),
    ],
)
def test_a_value_that_does_not_fit_says_why(kind: SettingKind, value: object, reason: str) -> None:
    with pytest.raises(SettingError) as caught:
        setting_of(kind).clean(value)
    assert (caught.value.key, caught.value.reason) == ("thing", reason)
    assert str(caught.value) == f"thing: {reason}"


@pytest.mark.parametrize("kind", [SettingKind.INTEGER, SettingKind.NUMBER])
@pytest.mark.parametrize(
    ("value", "reason"),
    [(30, None), (3600, None), (29, "below_minimum"), (3601, "above_maximum")],
)
def test_limits_include_their_ends(kind: SettingKind, value: int, reason: str | None) -> None:
    setting = setting_of(kind, minimum=30, maximum=3600)
    if reason is None:
        assert setting.clean(value) == value
        return
    with pytest.raises(SettingError, match=reason):
        setting.clean(value)


def test_cleaning_keeps_what_is_declared_and_set() -> None:
    declared = [setting_of(SettingKind.TEXT)]
    assert clean_settings(declared, {"thing": " a ", "other": 1}) == {"thing": "a"}
    assert clean_settings(declared, {"thing": ""}) == {}
    assert clean_settings(declared, {}) == {}


def test_the_first_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(SettingError, match="thing: wrong_type"):
        clean_settings([setting_of(SettingKind.TEXT)], {"thing": 1})


@given(
    st.sampled_from(SettingKind),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none()),
)
def test_cleaning_raises_nothing_else_and_changes_nothing_twice(
    kind: SettingKind, value: object
) -> None:
    setting = setting_of(kind, minimum=0, maximum=100)
    try:
        cleaned = setting.clean(value)
    except SettingError:
        return
    assert cleaned is None or setting.clean(cleaned) == cleaned


def test_a_new_avatar_has_caps_without_being_asked() -> None:
    defaults = {setting.key: setting.default for setting in COST_SETTINGS}
    assert defaults["idle_timeout"] == 60
    assert defaults["max_minutes_per_day"] == 60
