from __future__ import annotations

import asyncio
from threading import Thread

from alerts.desk.changes import Change, Changes
from alerts.desk.pages.live import Live

CASE = Change(kind="case", id="A-1", area_id="620725101")
NODE = Change(kind="node", id="node-1", area_id=None)


async def _until(is_true: asyncio.Event) -> None:
    await asyncio.wait_for(is_true.wait(), timeout=5)


def test_a_burst_from_another_thread_is_two_refreshes() -> None:
    async def scenario() -> int:
        count, paused, resume = 0, asyncio.Event(), asyncio.Event()

        async def refresh() -> None:
            nonlocal count
            count += 1

        async def pause() -> None:
            paused.set()
            await resume.wait()

        live, changes = Live(refresh, lambda _: True, pause), Changes()
        changes.subscribe(live.heard)
        live.mark()
        await _until(paused)

        def publish() -> None:
            for _ in range(1000):
                changes.publish(CASE)

        burst = Thread(target=publish, name="burst")
        burst.start()
        await asyncio.to_thread(burst.join)
        resume.set()
        await _settled()
        return count

    assert asyncio.run(scenario()) == 2


def test_changes_that_do_not_concern_the_officer_refresh_nothing() -> None:
    async def scenario() -> int:
        count = 0

        async def refresh() -> None:
            nonlocal count
            count += 1

        live = Live(refresh, lambda change: change.kind == "case", _no_pause)
        live.heard(NODE)
        await _settled()
        assert count == 0
        live.heard(CASE)
        await _settled()
        return count

    assert asyncio.run(scenario()) == 1


def test_a_refresh_that_fails_does_not_end_the_page_being_live() -> None:
    async def scenario() -> list[str]:
        seen: list[str] = []

        async def refresh() -> None:
            seen.append("tried")
            if len(seen) == 1:
                raise ConnectionError("the database is away")

        live = Live(refresh, lambda _: True, _no_pause)
        for _ in range(2):
            live.mark()
            await _settled()
        return seen

    assert asyncio.run(scenario()) == ["tried", "tried"]


def test_a_page_whose_loop_has_ended_is_dropped_from_the_changes() -> None:
    changes, calls = Changes(), []

    async def scenario() -> None:
        async def refresh() -> None:
            calls.append("refreshed")

        changes.subscribe(Live(refresh, lambda _: True, _no_pause).heard)

    asyncio.run(scenario())
    changes.publish(CASE)
    assert calls == []


async def _settled() -> None:
    """Until what was asked for from other threads has begun, and all refreshes are over."""
    await asyncio.sleep(0)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


async def _no_pause() -> None:
    await asyncio.sleep(0)
