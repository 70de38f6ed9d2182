"""KonPro against the simulated cloud, an independent reading of the same documents."""

from collections import Counter

import jwt
import pytest

from custom_components.streaming_avatar.providers.base import (
    AvatarEventType,
    SessionRequest,
    Speech,
    TaskType,
    Viewer,
)
from custom_components.streaming_avatar.providers.errors import (
    AuthenticationError,
    BusyError,
    NotFoundError,
    PermissionDeniedError,
    ProviderConnectionError,
    SessionGoneError,
)
from custom_components.streaming_avatar.providers.konpro import SPEC as KONPRO
from custom_components.streaming_avatar.providers.konpro.errors import JOIN_PAUSE
from simulator.user import heard

from .cloud import NOTHING, Cloud

EVERYTHING = SessionRequest(
    settings={
        "avatar_id": "Marcus_Desk_public",
        "quality": "high",
        "voice_id": "voice_greta",
        "rate": 1.25,
        "emotion": "friendly",
        "language": "de",
        "video_encoding": "H264",
        "activity_idle_timeout": 3600,
        "disable_idle_timeout": True,
        "version": "v1",
        "knowledge_base": "You are a butler.",
        "knowledge_base_id": "kb_butler",
        "silence_response": True,
        "stt_provider": "deepgram",
        "stt_confidence": 0.55,
        "elevenlabs_model_id": "eleven_flash_v2_5",
        "elevenlabs_stability": 0.5,
        "elevenlabs_similarity_boost": 1,
        "elevenlabs_style": 0,
        "elevenlabs_use_speaker_boost": "off",
    },
    max_duration=3600,
)


async def test_a_whole_session(cloud: Cloud) -> None:
    verified = await cloud.account().verify()
    konpro = cloud.account(remembered=verified.remember)
    created = await konpro.create_session(EVERYTHING)
    started = await konpro.start_session(created)
    assert await konpro.start_session(started) == started
    transport = await konpro.viewer_access(started, Viewer(id="tablet", publishes=False))
    assert transport.url.startswith("ws")
    with pytest.raises(BusyError) as caught:
        await konpro.speak(started, Speech(text="Hello"))
    assert caught.value.retry_after == JOIN_PAUSE

    await cloud.control(f"/sessions/{created.session_id}/viewer", {"present": True})
    sent = await konpro.speak(started, Speech(text="Hello there.", task_type=TaskType.REPEAT))
    assert sent.task_id
    assert sent.duration
    await konpro.interrupt(started)
    await konpro.interrupt(started)
    await konpro.keep_alive(started)
    [row] = await konpro.list_open_sessions()
    assert row.session_id == created.session_id
    now = konpro.vendor_time()
    assert now is not None
    assert row.created_at is not None
    assert abs(now - row.created_at) < 5

    await konpro.end_session(created.session_id)
    await konpro.end_session(created.session_id)
    assert await konpro.list_open_sessions() == ()
    with pytest.raises(SessionGoneError):
        await konpro.speak(started, Speech(text="Anyone?"))


async def test_the_account_and_its_catalogues(cloud: Cloud) -> None:
    konpro = cloud.account()
    avatars = await konpro.list_avatars()
    assert [avatar.id for avatar in avatars] == [
        "default",
        "Marcus_Desk_public",
        "Aiko_Studio_public",
        "9c1f7a30-custom",
    ]
    assert avatars[2].name == "Aiko in the studio"
    assert avatars[3].name == "9c1f7a30-custom"
    voices = await konpro.list_voices()
    assert [voice.name for voice in voices] == ["Joe", "Nina", "Greta"]
    assert await konpro.get_credits()


async def test_every_setting_may_be_left_out(cloud: Cloud) -> None:
    konpro = cloud.account()
    created = await konpro.create_session(NOTHING)
    assert created.idle_limit == 120.0
    await konpro.end_session(created.session_id)


async def test_a_wrong_key(cloud: Cloud) -> None:
    with pytest.raises(AuthenticationError):
        await cloud.account("wrong").verify()


async def test_somebody_elses_voice_and_an_unknown_avatar(cloud: Cloud) -> None:
    konpro = cloud.account()
    with pytest.raises(PermissionDeniedError):
        await konpro.create_session(
            SessionRequest(settings={"voice_id": "voice_of_a_stranger"}, max_duration=60)
        )
    with pytest.raises(NotFoundError):
        await konpro.create_session(
            SessionRequest(settings={"avatar_id": "nobody"}, max_duration=60)
        )
    assert await konpro.list_open_sessions() == ()


async def test_more_sessions_than_the_account_may_have(cloud: Cloud) -> None:
    konpro = cloud.account()
    created = [await konpro.create_session(NOTHING) for _ in range(3)]
    with pytest.raises(BusyError) as caught:
        await konpro.create_session(NOTHING)
    assert caught.value.retry_after == 20.0
    for session in created:
        await konpro.end_session(session.session_id)


async def test_a_create_whose_reply_is_lost_is_found_by_the_list(cloud: Cloud) -> None:
    verified = await cloud.account().verify()
    konpro = cloud.account(remembered=verified.remember)
    await cloud.control("/faults", {"operation": "new", "kind": "drop_reply"})
    with pytest.raises(ProviderConnectionError) as caught:
        await konpro.create_session(NOTHING)
    assert caught.value.sent
    [row] = await konpro.list_open_sessions()
    await konpro.end_session(row.session_id)


async def test_every_declared_setting_is_taken(cloud: Cloud) -> None:
    session = await cloud.known().create_session(EVERYTHING)
    assert session.is_paid
    assert session.duration_limit == 600
    (call,) = [call for call in cloud.world.calls.calls if call.operation == "new"]
    assert isinstance(call.body, dict)
    assert EVERYTHING.settings.keys() <= {setting.key for setting in KONPRO.settings}
    assert {setting.key for setting in KONPRO.settings} <= EVERYTHING.settings.keys()


async def test_listening(cloud: Cloud) -> None:
    konpro = cloud.known()
    created = await konpro.start_session(await konpro.create_session(NOTHING))
    with pytest.raises(BusyError):
        await konpro.start_listening(created)
    await konpro.stop_listening(created)
    await cloud.control(f"/sessions/{created.session_id}/viewer", {"present": True})
    await konpro.start_listening(created)
    (session,) = cloud.world.sessions.open()
    assert session.describe()["listening"]
    await konpro.stop_listening(created)
    assert not session.describe()["listening"]
    await konpro.end_session(created.session_id)
    with pytest.raises(SessionGoneError):
        await konpro.start_listening(created)


async def test_all_messages_of_a_room_are_understood(cloud: Cloud) -> None:
    konpro = cloud.known()
    created = await cloud.live(konpro)
    await konpro.speak(created, Speech(text="Who are you?", task_type=TaskType.TALK))
    await cloud.clock.advance(10)
    (session,) = cloud.world.sessions.open()
    await session.hear(heard("user-1", "Good morning"))
    await konpro.start_listening(created)
    await cloud.clock.advance(20)
    events = [konpro.decode(None, message.data) for message in session.messages]
    kinds = Counter(None if event is None else event.type for event in events)
    assert kinds == {
        AvatarEventType.AVATAR_START_TALKING: 1,
        AvatarEventType.AVATAR_TALKING_MESSAGE: 5,
        AvatarEventType.AVATAR_END_MESSAGE: 1,
        AvatarEventType.AVATAR_STOP_TALKING: 1,
        AvatarEventType.USER_START: 1,
        AvatarEventType.USER_TALKING_MESSAGE: 2,
        AvatarEventType.USER_END_MESSAGE: 1,
        AvatarEventType.USER_STOP: 1,
        AvatarEventType.USER_SILENCE: 1,
    }


@pytest.mark.parametrize("shape", ["object", "array"])
async def test_knowledge_bases_in_either_shape(cloud: Cloud, shape: str) -> None:
    await cloud.control("/settings", {"knowledge_base_shape": shape})
    bases = await cloud.known().list_knowledge_bases()
    assert [(base.id, base.name) for base in bases] == [
        ("kb_butler", "Butler"),
        ("kb_cook", "Cook"),
    ]


async def test_a_session_token_is_good_for_one_session(cloud: Cloud) -> None:
    token = await cloud.known().create_token()
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    separator = "/" if cloud.style == "slash" else "."
    url = cloud.server.make_url(f"/v1/streaming{separator}new")
    statuses = []
    for _ in range(2):
        async with cloud.session.post(url, json={}, headers=headers) as response:
            statuses.append(response.status)
    assert statuses == [200, 401]


async def test_a_room_of_the_users_own(cloud: Cloud) -> None:
    konpro = cloud.known(
        livekit_url="wss://livekit.example.org", livekit_api_key="mine", livekit_api_secret="s" * 32
    )
    created = await cloud.live(konpro)
    room = cloud.world.sessions.open()[0].room.spec.name
    subjects = set()
    for viewer in ("tablet", "phone"):
        transport = await konpro.viewer_access(created, Viewer(id=viewer, publishes=False))
        assert transport.url == "wss://livekit.example.org"
        claims = jwt.decode(transport.token.get_secret_value(), "s" * 32, algorithms=["HS256"])
        assert claims["video"]["room"] == room
        subjects.add(claims["sub"])
    assert len(subjects) == 2
    assert (await konpro.speak(created, Speech(text="Hello"))).task_id
    other = await konpro.create_session(NOTHING)
    assert cloud.world.sessions.open()[1].room.spec.name != room
    await konpro.end_session(other.session_id)


async def test_what_is_taken_for_granted_is_so_here(cloud: Cloud) -> None:
    konpro = cloud.known()
    checks = {check.key: check.passed for check in await konpro.check_account()}
    # The simulated calendar is far from this machine's, but it tells one.
    assert checks.pop("create") is None
    assert set(checks.values()) == {True}, checks
    session = await konpro.start_session(await konpro.create_session(NOTHING))
    checks = {check.key: check.passed for check in await konpro.check_session(session)}
    assert set(checks.values()) == {True}, checks


async def test_nothing_that_is_sent_is_against_the_documents(cloud: Cloud) -> None:
    konpro = cloud.account()
    created = await cloud.live(konpro, EVERYTHING)
    await konpro.speak(created, Speech(text="Hello"))
    await konpro.interrupt(created)
    await konpro.keep_alive(created)
    await konpro.start_listening(created)
    await konpro.stop_listening(created)
    await konpro.list_avatars()
    await konpro.list_voices()
    await konpro.list_knowledge_bases()
    await konpro.get_credits()
    await konpro.list_open_sessions()
    await konpro.end_session(created.session_id)
    assert not [call.refused for call in cloud.world.calls.calls if call.refused]
