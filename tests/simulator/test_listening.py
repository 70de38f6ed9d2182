"""What the avatar notices of its user, and of a user who is silent."""

import pytest

from simulator.brain import answer

from .cloud import Cloud, Json


async def silences(cloud: Cloud, session_id: str) -> int:
    messages = await cloud.messages(session_id)
    return sum(message["type"] == "user_silence" for message in messages)


async def described(cloud: Cloud) -> Json:
    session: Json = (await cloud.look("sessions"))["sessions"][-1]
    return session


async def test_listening_is_a_pose(cloud: Cloud) -> None:
    session_id = await cloud.live()
    for operation, listening in (("start_listening", True), ("stop_listening", False)):
        for _ in range(2):
            assert (await cloud.call(operation, session_id=session_id)).status == 200
            assert (await described(cloud))["listening"] is listening
    assert await cloud.messages(session_id) == []


async def test_a_user_who_speaks_is_noticed_and_counts_as_activity(cloud: Cloud) -> None:
    session_id = await cloud.live(activity_idle_timeout=30)
    await cloud.clock.advance(20)
    await cloud.control(f"sessions/{session_id}/user_speech", text="Light on, please")
    messages = await cloud.messages(session_id)
    assert [message["type"] for message in messages] == [
        "user_start",
        *["user_talking_message"] * 3,
        "user_stop",
        "user_end_message",
    ]
    assert len({message["task_id"] for message in messages}) == 1
    said = "".join(message.get("message", "") for message in messages)
    assert said == "Light on, please"
    await cloud.clock.advance(30.1)
    assert (await cloud.row())["open_seconds"] == 50


async def test_nobody_can_speak_who_is_not_there(cloud: Cloud) -> None:
    session_id = await cloud.new()
    path = f"/_control/sessions/{session_id}/user_speech"
    async with cloud.client.post(path, json={"text": "Hi"}) as response:
        assert response.status == 409


async def test_silence_is_told_once_while_the_avatar_listens(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.clock.advance(30)
    assert await silences(cloud, session_id) == 0
    await cloud.call("start_listening", session_id=session_id)
    await cloud.clock.advance(19.9)
    assert await silences(cloud, session_id) == 0
    await cloud.clock.advance(0.2)
    assert await silences(cloud, session_id) == 1
    await cloud.clock.advance(60)
    assert await silences(cloud, session_id) == 1
    assert (await cloud.row())["tasks"] == []


async def test_silence_is_not_told_any_more_when_listening_ended(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.call("start_listening", session_id=session_id)
    await cloud.clock.advance(10)
    await cloud.call("stop_listening", session_id=session_id)
    await cloud.clock.advance(60)
    assert await silences(cloud, session_id) == 0


async def test_silence_is_counted_from_the_end_of_speech(cloud: Cloud) -> None:
    session_id = await cloud.live()
    await cloud.call("start_listening", session_id=session_id)
    await cloud.clock.advance(15)
    await cloud.say(session_id, "x" * 600)
    await cloud.clock.advance(40 + 19.9)
    assert await silences(cloud, session_id) == 0
    await cloud.clock.advance(0.2)
    assert await silences(cloud, session_id) == 1


async def test_the_avatar_asks_once_whether_anybody_is_there(cloud: Cloud) -> None:
    session_id = await cloud.live(silence_response=True, activity_idle_timeout=60)
    await cloud.clock.advance(20)
    messages = await cloud.messages(session_id)
    assert messages[0] == {"type": "user_silence"}
    await cloud.clock.advance(10)
    said = "".join(message.get("message", "") for message in await cloud.messages(session_id))
    assert said == "Are you still there?"
    (task,) = (await cloud.row())["tasks"]
    assert (task["task_type"], task["text"]) == ("silence", "")
    await cloud.clock.advance(100)
    assert await silences(cloud, session_id) == 1
    row = await cloud.row()
    assert row["ended_by"] == "idle"
    assert row["open_seconds"] == pytest.approx(20 + len(said) / 15 + 60)


async def test_whoever_speaks_again_is_missed_again(cloud: Cloud) -> None:
    session_id = await cloud.live(silence_response=True, disable_idle_timeout=True)
    await cloud.clock.advance(25)
    await cloud.control(f"sessions/{session_id}/user_speech", text="Yes")
    await cloud.clock.advance(25)
    assert await silences(cloud, session_id) == 2


async def test_silence_and_speech_of_the_user_are_unheard_without_events(cloud: Cloud) -> None:
    await cloud.control("faults", kind="no_events")
    session_id = await cloud.live()
    await cloud.call("start_listening", session_id=session_id)
    await cloud.control(f"sessions/{session_id}/user_speech", text="Yes")
    await cloud.clock.advance(60)
    assert await cloud.messages(session_id) == []


@pytest.mark.parametrize(
    ("text", "prompt", "said"),
    [
        ("Hello there", "", "Hello! How can I help you?"),
        ("What is your name?", "You are Jeeves, a butler.", "My name is Jeeves."),
        ("Who are you?", "", "I have no name yet."),
        ("What is 6 times 7?", "", "That makes 42."),
        ("4 - 9", "", "That makes -5."),
        ("Thank you", "", "You are welcome."),
        ("Is it raining?", "", "That is a good question. You asked: Is it raining?"),
        ("It rains. ", "", "You said: It rains."),
    ],
)
def test_an_answer_fits(text: str, prompt: str, said: str) -> None:
    assert answer(text, prompt) == said


def test_a_story_has_several_sentences() -> None:
    assert answer("Tell me a story", "").count(".") > 2


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ({"knowledge_base": "You are Ava."}, "My name is Ava."),
        ({"knowledge_base_id": "kb_cook"}, "My name is Julia."),
        ({"knowledge_base_id": "kb_cook", "version": "v2"}, "I have no name yet."),
    ],
    ids=str,
)
async def test_talk_knows_what_the_avatar_was_told(
    cloud: Cloud, wish: dict[str, object], name: str
) -> None:
    session_id = await cloud.live(**wish)
    await cloud.say(session_id, "What is your name?", task_type="talk")
    await cloud.clock.advance(10)
    messages = await cloud.messages(session_id)
    assert "".join(message.get("message", "") for message in messages) == name
    assert [m["type"] for m in messages][-2:] == ["avatar_end_message", "avatar_stop_talking"]


async def test_an_answer_can_take_its_time(cloud: Cloud) -> None:
    await cloud.control("settings", answer_delay_seconds=4.0)
    session_id = await cloud.live()
    await cloud.say(session_id, "Hello", task_type="talk")
    await cloud.clock.advance(3.9)
    assert await cloud.messages(session_id) == []
    await cloud.clock.advance(0.2)
    assert (await cloud.messages(session_id))[0]["type"] == "avatar_start_talking"
