"""Dialog forms made from declared settings, and back. Knows selectors, and no setting by name."""

from collections.abc import Iterable, Mapping, Sequence
import re
from types import MappingProxyType
from typing import Any, Final, override

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    LanguageSelector,
    LanguageSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from probatio import Secret
import voluptuous as vol

from .providers.base import CatalogueItem
from .providers.settings import (
    Catalogue,
    Section,
    Setting,
    SettingError,
    SettingKind,
    SettingValue,
    clean_settings,
)

type Catalogues = Mapping[Catalogue, Sequence[CatalogueItem]]

_TRANSLATABLE: Final = re.compile(r"[a-z0-9_-]+")


class FormError(Exception):
    """The form is to be shown again."""

    def __init__(self, errors: dict[str, str], placeholders: dict[str, str] | None = None) -> None:
        """Keep what is wrong, by field, and what its text may name."""
        super().__init__(errors)
        self.errors = errors
        self.placeholders = placeholders or {}


class _NumberSelector(NumberSelector):
    """A number whose range the dialog shows and the setting checks: so the error has our words."""

    @override
    def __call__(self, data: Any) -> float:
        value: float = vol.Coerce(float)(data)
        return value


def sectioned_schema(
    settings: Sequence[Setting],
    values: Mapping[str, Any],
    *,
    catalogues: Catalogues = MappingProxyType({}),
    open_sections: frozenset[str] = frozenset(),
    hidden_entities: Sequence[str] = (),
) -> vol.Schema:
    """Return a form: the first section in the open, the others folded unless named.

    A section may be left out if nothing in it is required. `hidden_entities` are offered nowhere.
    """
    schema: dict[vol.Marker, Any] = {}
    for part in Section:
        parts = [setting for setting in settings if setting.section is part]
        fields = _fields(parts, values, catalogues, hidden_entities)
        if part is Section.AVATAR:
            schema.update(fields)
        elif fields:
            marker = vol.Required if any(s.required for s in parts) else vol.Optional
            schema[marker(part.value)] = section(
                vol.Schema(fields), {"collapsed": part.value not in open_sections}
            )
    return vol.Schema(schema)


def flatten(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a sectioned form without its sections."""
    flat: dict[str, Any] = {}
    for key, value in user_input.items():
        if isinstance(value, Mapping):
            flat.update(value)
        else:
            flat[key] = value
    return flat


def error_fields(settings: Iterable[Setting], error: SettingError) -> dict[str, str]:
    """Return where a form shows an error: at the field, and at its section, for that may be folded."""
    place = next(setting.section for setting in settings if setting.key == error.key)
    where = {error.key} if place is Section.AVATAR else {error.key, place.value}
    return dict.fromkeys(where, error.reason)


def error_placeholders(settings: Iterable[Setting], error: SettingError) -> dict[str, str]:
    """Return what the text of an error may name: the field (by its key) and the limits."""
    setting = next(setting for setting in settings if setting.key == error.key)
    return {
        "field": error.key,
        "minimum": _readable(setting.minimum),
        "maximum": _readable(setting.maximum),
        "max_length": str(setting.max_length),
    }


def _readable(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def cleaned_settings(
    settings: tuple[Setting, ...], values: Mapping[str, Any]
) -> dict[str, SettingValue]:
    """Return the checked values; the first one that does not fit is told at its field.

    Raises:
        FormError: a value does not fit, or a required one is missing.

    """
    try:
        cleaned = clean_settings(settings, values)
    except SettingError as err:
        raise FormError(error_fields(settings, err), error_placeholders(settings, err)) from err
    for setting in settings:
        if setting.required and setting.key not in cleaned:
            missing = SettingError(setting.key, "required")
            raise FormError(error_fields(settings, missing), error_placeholders(settings, missing))
    return cleaned


def _fields(
    settings: Iterable[Setting],
    values: Mapping[str, Any],
    catalogues: Catalogues,
    hidden_entities: Sequence[str] = (),
) -> dict[vol.Marker, Any]:
    return {
        _marker(setting, values): _selector(setting, catalogues, hidden_entities)
        for setting in settings
    }


def _marker(setting: Setting, values: Mapping[str, Any]) -> vol.Marker:
    """Return the field's key. A secret is never filled in: it would travel to the browser.

    Empty stays empty, but a switch has no empty: what an avatar was never asked is shown as what counts for it.
    """
    if setting.kind is SettingKind.SECRET:
        return (
            vol.Required(Secret(setting.key))
            if setting.required
            else vol.Optional(Secret(setting.key))
        )
    has_default = not values or setting.kind is SettingKind.BOOLEAN
    value = values.get(setting.key, setting.default if has_default else None)
    description = None if value is None else {"suggested_value": value}
    if setting.required:
        return vol.Required(setting.key, description=description)
    return vol.Optional(setting.key, description=description)


def _selector(
    setting: Setting, catalogues: Catalogues, hidden_entities: Sequence[str]
) -> Selector[Any]:
    match setting.kind:
        case SettingKind.BOOLEAN:
            return BooleanSelector()
        case SettingKind.INTEGER | SettingKind.NUMBER:
            return _NumberSelector(_number_config(setting))
        case SettingKind.SECRET:
            return TextSelector(
                TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
            )
        case SettingKind.LONG_TEXT:
            return TextSelector(TextSelectorConfig(multiline=True))
        case SettingKind.OPTION:
            return SelectSelector(_option_config(setting))
        case SettingKind.ENTITY:
            return EntitySelector(
                EntitySelectorConfig(
                    domain=list(setting.options), exclude_entities=list(hidden_entities)
                )
            )
        case _:
            return _picker(setting, catalogues)


def _picker(setting: Setting, catalogues: Catalogues) -> Selector[Any]:
    """Return a picker from the account's list where there is one, else what comes next to it."""
    items = catalogues.get(setting.catalogue) if setting.catalogue else None
    if items and setting.kind is SettingKind.LANGUAGE and not any(item.name for item in items):
        # The dialog knows the names of languages, in the language of the user.
        return LanguageSelector(LanguageSelectorConfig(languages=[item.id for item in items]))
    if items:
        return SelectSelector(
            SelectSelectorConfig(
                options=[SelectOptionDict(value=item.id, label=_label(item)) for item in items],
                mode=SelectSelectorMode.DROPDOWN,
                custom_value=True,
                sort=True,
            )
        )
    if setting.kind is SettingKind.LANGUAGE:
        config = LanguageSelectorConfig()
        if setting.options:
            config["languages"] = list(setting.options)
        return LanguageSelector(config)
    return TextSelector()


def _label(item: CatalogueItem) -> str:
    name = item.name or item.id
    return f"{name} ({item.language})" if item.language else name


def _number_config(setting: Setting) -> NumberSelectorConfig:
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX)
    if setting.minimum is not None:
        config["min"] = setting.minimum
    if setting.maximum is not None:
        config["max"] = setting.maximum
    if setting.kind is SettingKind.NUMBER:
        config["step"] = setting.step or "any"
        # A slider without a value would stand at its minimum as if that were set.
        if None not in {setting.default, setting.minimum, setting.maximum}:
            config["mode"] = NumberSelectorMode.SLIDER
    if setting.unit:
        config["unit_of_measurement"] = setting.unit
    return config


def _option_config(setting: Setting) -> SelectSelectorConfig:
    """Return the options; those that are names rather than words ("H264") are shown as they are."""
    config = SelectSelectorConfig(options=list(setting.options), mode=SelectSelectorMode.DROPDOWN)
    if all(_TRANSLATABLE.fullmatch(option) for option in setting.options):
        config["translation_key"] = setting.key
    return config
