import pytest, time as rt
from .timeless import Time
from .cloud import Cloud
from .house import House, Alarm
@pytest.mark.parametrize("n", range(3))
def test_m(monkeypatch,n):
    T=Time(monkeypatch); 
    async def go():
        t0=rt.perf_counter()
        cloud=Cloud(T); await cloud.open()
        h=House(T,cloud,monkeypatch); await h.start(); print("start", rt.perf_counter()-t0)
        s=h.open_screen(); await h.settle()
        r=await h.speak(task_mode="sync"); print(r, T.passed, h.state(), h.minutes_used)
        await h.kill(); print(T.passed, cloud.sessions)
        await h.start(); await h.wait(40); print(T.passed, cloud.sessions, h.minutes_used, cloud.ledger)
        s=h.open_screen()
        r=await h.speak(task_mode="sync"); print(r, T.passed, h.state(), h.minutes_used)
        await h.wait(100); print(T.passed, h.state(), h.minutes_used,sum(r.open_seconds for r in cloud.ledger))
        await h.stop(); print(T.passed, cloud.sessions)
        await cloud.close()
        print("end", rt.perf_counter()-t0)
    a=Alarm()
    with a.on():
        T.run(go()); T.close()
    print(a.records)
