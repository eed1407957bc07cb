"""Whether a corrected landing reaches every function."""

from collections.abc import Callable

from grader import Redis, Submission, check


@check(
    points=3,
    criterion="update",
    hint="A corrected landing can have fewer fields than the one before. HSET only adds and overwrites.",
)
def test_correction_replaces_the_landing(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    stored_ids: Callable[[], list[str]],
    difference: Callable[[dict, object], str],
) -> None:
    """A corrected landing replaces the old one, with no field left over"""
    old = {**landings[0], "name": "Abee", "reclat": "54.216670", "year": "1952-01-01T00:00:00.000"}
    corrected = {**old, "name": "Abee (corrected)", "mass (g)": "107000"}
    del corrected["reclat"], corrected["year"]
    submission.call("load", redis, [old, *landings[1:]])
    submission.call("landing", redis, old["id"])
    before = stored_ids()
    submission.call("load", redis, [corrected])
    wrong = difference(corrected, submission.call("landing", redis, old["id"]))
    assert not wrong, f"after its correction was loaded, landing(rd, '{old['id']}'): {wrong}"
    submission.start_afresh()
    wrong = difference(corrected, submission.call("landing", redis, old["id"]))
    assert not wrong, f"in a program that was started later, landing(rd, '{old['id']}'): {wrong}"
    after = stored_ids()
    assert after == before, (
        f"{len(before)} landings were stored, {len(after)} are after one of them was corrected"
    )


@check(
    points=4,
    criterion="update",
    hidden=True,
    hint="If a landing's class was corrected, the old class must forget it. What was its class before?",
)
def test_correction_reaches_the_classes(submission: Submission, redis: Redis, landings: list[dict]) -> None:
    """by_class() follows a correction"""
    moved, lost, gained = ({**landing, "recclass": "H5"} for landing in landings[:3])
    del gained["recclass"]
    submission.call("load", redis, [moved, lost, gained])
    lost.pop("recclass")
    submission.call("load", redis, [{**moved, "recclass": "CM2"}, lost, {**gained, "recclass": "H6"}])
    submission.start_afresh()
    for recclass, expected in (("CM2", [moved["id"]]), ("H6", [gained["id"]]), ("H5", [])):
        found = submission.call("by_class", redis, recclass)
        assert found == expected, (
            f"by_class(rd, '{recclass}') gives {found} after corrections, expected {expected}"
        )


@check(
    points=4,
    criterion="update",
    hidden=True,
    hint="A corrected landing can have another mass, or none any more.",
)
def test_correction_reaches_the_masses(
    submission: Submission,
    redis: Redis,
    landings: list[dict],
    ranking_fault: Callable[[list[dict], int, object], str],
) -> None:
    """heaviest() follows a correction"""
    heavier, lighter, lost, gained = (
        {**landing, "mass (g)": mass}
        for landing, mass in zip(landings, ("10", "5000", "4000", "0"), strict=False)
    )
    del gained["mass (g)"]
    submission.call("load", redis, [heavier, lighter, lost, gained])
    del lost["mass (g)"]
    corrected = [
        {**heavier, "mass (g)": "700"},
        {**lighter, "mass (g)": "0.5"},
        lost,
        {**gained, "mass (g)": "60"},
    ]
    submission.call("load", redis, corrected)
    submission.start_afresh()
    wrong = ranking_fault(corrected, 10, submission.call("heaviest", redis, 10))
    assert not wrong, f"heaviest(rd, 10) after corrections: {wrong}"
