"""What every provider has to declare, whoever it is; test_contract_kept.py is what it has to do."""

from dataclasses import replace
import inspect

from aiohttp import ClientSession
from pydantic import SecretStr
import pytest

from custom_components.streaming_avatar.providers import PROVIDERS
from custom_components.streaming_avatar.providers.base import (
    Charges,
    Credentials,
    Provider,
    ProviderSpec,
    Sent,
    Session,
)
from custom_components.streaming_avatar.providers.http import is_secure, parse_base_url
from custom_components.streaming_avatar.providers.settings import (
    COMMON_SETTINGS,
    COST_SETTINGS,
    STAND_IN_SETTINGS,
    Section,
    Setting,
    SettingKind,
)

SPECS = [pytest.param(spec, id=spec.id) for spec in PROVIDERS.values()]
ALL_SETTINGS = [
    pytest.param(setting, id=f"{owner}-{setting.key}")
    for owner, settings in (
        ("common", COMMON_SETTINGS),
        ("costs", COST_SETTINGS),
        ("stand-in", STAND_IN_SETTINGS),
        *((spec.id, (*spec.credentials, *spec.settings)) for spec in PROVIDERS.values()),
    )
    for setting in settings
]
WITH_OPTIONS = {SettingKind.OPTION, SettingKind.ENTITY}
WITH_CATALOGUE = {SettingKind.CATALOGUE, SettingKind.SPEECH_VOICE}
MAYBE_WITH_CATALOGUE = {SettingKind.LANGUAGE}
NUMBERS = {SettingKind.INTEGER, SettingKind.NUMBER}


def test_a_provider_stands_under_its_own_id() -> None:
    assert list(PROVIDERS) == [spec.id for spec in PROVIDERS.values()]
    assert all(name.isidentifier() and name.islower() for name in PROVIDERS)


@pytest.mark.parametrize("spec", SPECS)
def test_no_key_means_two_things(spec: ProviderSpec) -> None:
    keys = [setting.key for setting in (*spec.credentials, *spec.avatar_settings)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("spec", SPECS)
def test_secrets_are_credentials_and_only_they(spec: ProviderSpec) -> None:
    assert not [setting for setting in spec.settings if setting.kind is SettingKind.SECRET]
    assert all(setting.default is None for setting in spec.credentials)


@pytest.mark.parametrize("spec", SPECS)
def test_the_default_address_is_one_and_safe(spec: ProviderSpec) -> None:
    addresses = [spec.default_base_url] if spec.default_base_url is not None else []
    for address in addresses:
        assert str(parse_base_url(address)) == address
        assert is_secure(parse_base_url(address))
    assert addresses or not spec.credentials


@pytest.mark.parametrize("spec", SPECS)
def test_capabilities_agree_with_each_other(spec: ProviderSpec) -> None:
    capabilities = spec.capabilities
    assert capabilities.max_text is None or capabilities.max_text > 0
    assert capabilities.max_duration is None or capabilities.max_duration > 0
    assert capabilities.viewers_per_session is None or capabilities.viewers_per_session > 0
    assert capabilities.minimum_charge >= 0
    assert capabilities.charges is not Charges.NONE or capabilities.minimum_charge == 0
    assert not capabilities.synthesizes or "none" in capabilities.transports
    settings = {setting.key: setting for setting in spec.settings}
    assert spec.named_by is None or settings[spec.named_by].kind is SettingKind.OPTION
    assert capabilities.emotions or not capabilities.emotion_per_utterance
    assert len(capabilities.emotions) == len(set(capabilities.emotions))


@pytest.mark.parametrize("spec", SPECS)
async def test_a_provider_does_nothing_before_its_first_call(
    spec: ProviderSpec, session: ClientSession
) -> None:
    secrets = {setting.key: SecretStr("k3y") for setting in spec.credentials}
    provider = spec.factory(session, Credentials(base_url="http://[", secrets=secrets))
    assert isinstance(provider, Provider)
    assert provider.vendor_time() is None
    assert provider.decode(None, b"\x00nonsense") is None
    assert "k3y" not in repr(vars(provider))


@pytest.mark.parametrize("spec", SPECS)
def test_credentials_may_change_what_is_possible_but_not_what_it_costs(spec: ProviderSpec) -> None:
    required = [setting for setting in spec.credentials if setting.required]
    for credentials, is_all in ((required, False), (spec.credentials, True)):
        secrets = {setting.key: SecretStr("https://k3y.example") for setting in credentials}
        found = spec.capabilities_for(Credentials(secrets=secrets))
        assert is_all or found == spec.capabilities
        assert (found.charges, found.minimum_charge) == (
            spec.capabilities.charges,
            spec.capabilities.minimum_charge,
        )


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_required_is_enough(spec: ProviderSpec) -> None:
    entered = {setting.key: "https://k3y.example" for setting in spec.credentials}
    required = {s.key: entered[s.key] for s in spec.credentials if s.required}
    assert spec.complete(required, {}) == required
    assert spec.complete(required, entered) == required
    assert spec.complete(entered, {}) == spec.complete(entered, entered) == entered


@pytest.mark.parametrize("spec", SPECS)
def test_a_capability_has_its_method(spec: ProviderSpec) -> None:
    made = spec.factory
    provider = made if inspect.isclass(made) else Provider
    capabilities = spec.capabilities
    for is_able, name in (
        (capabilities.can_keep_alive, "keep_alive"),
        (capabilities.has_credits, "get_credits"),
        (capabilities.can_listen, "start_listening"),
        (capabilities.can_listen, "stop_listening"),
    ):
        is_own = getattr(provider, name) is not getattr(Provider, name)
        assert is_own is is_able


async def test_what_a_provider_lacks_is_empty() -> None:
    names = Provider.__abstractmethods__
    bare = type("Bare", (Provider,), dict.fromkeys(names, lambda *_: None))()
    session = Session(session_id="x")
    assert bare.vendor_time() is None
    assert bare.decode(None, b"{}") is None
    assert [event async for event in bare.events(session)] == []
    await bare.keep_alive(session)
    assert await bare.start_listening(session) == await bare.stop_listening(session) == Sent()
    assert await bare.check_account() == await bare.check_session(session) == ()
    assert await bare.list_voices() == ()
    assert await bare.list_languages() == ()
    assert await bare.list_knowledge_bases() == ()
    assert await bare.get_credits() is None


@pytest.mark.parametrize("setting", ALL_SETTINGS)
def test_a_setting_is_complete(setting: Setting) -> None:
    assert setting.key.isidentifier()
    assert setting.key.islower()
    assert bool(setting.options) is (setting.kind in WITH_OPTIONS)
    assert len(setting.options) == len(set(setting.options))
    if setting.kind not in MAYBE_WITH_CATALOGUE:
        assert (setting.catalogue is not None) is (setting.kind in WITH_CATALOGUE)
    assert setting.section in Section
    assert setting.max_length > 0
    has_rules = {setting.minimum, setting.maximum, setting.step, setting.unit} != {None}
    assert not has_rules or setting.kind in NUMBERS


@pytest.mark.parametrize("setting", ALL_SETTINGS)
def test_a_setting_accepts_its_own_default_options_and_ends(setting: Setting) -> None:
    values = [setting.default, *setting.options, setting.minimum, setting.maximum]
    for value in values:
        cleaned = setting.clean(value)
        assert cleaned == value
    if setting.kind in NUMBERS:
        assert setting.minimum is not None
        assert setting.maximum is not None
        assert setting.minimum < setting.maximum


def test_the_suite_notices_a_bad_setting() -> None:
    good = COST_SETTINGS[0]
    with pytest.raises(AssertionError):
        test_a_setting_is_complete(replace(good, key="Bad Key"))
    with pytest.raises(Exception, match="above_maximum"):
        test_a_setting_accepts_its_own_default_options_and_ends(replace(good, default=10**6))
