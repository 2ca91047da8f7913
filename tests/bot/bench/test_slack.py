from bot.bench.slack import WAYS, Plan, measured


async def test_clicks_are_measured_and_a_burst_loses_and_doubles_nothing() -> None:
    # It raises where a click was not answered, or is not in the trail exactly once.
    result = await measured(Plan(rounds=1, clicks=10, burst=50, at_once=(2,)))

    for ratio in ("floor", "ack"):
        assert {f"{ratio}, {way}, 2 at once" for way in WAYS} < set(result.ratios)
        assert result.ratios[ratio] > 0
    bursts = [name.partition(", slowest")[0] for name in result.ours if name.startswith("burst")]
    assert bursts == [
        "burst by http, 50 clicks on 50 sessions",
        "burst by http, 50 clicks on 2 sessions",
        "burst by socket, 50 clicks on 50 sessions",
        "burst by socket, 50 clicks on 2 sessions",
    ]
