"""Which tests CI runs a second time, as on another processor: those that are named are there."""

from tests.conftest import ROOT, ROUNDING, WORDS_ONLY, hangs_on_rounding


def test_what_is_named_is_there() -> None:
    tests = ROOT / "tests"
    assert [name for name in (*ROUNDING, *sorted(WORDS_ONLY)) if not (tests / name).exists()] == []


def test_golden_replays_and_learning_are_run_and_words_are_not() -> None:
    tests = ROOT / "tests"
    for name in ("test_golden.py", "test_determinism.py", "agents/test_meta_ppo.py", "replays/test_verify.py"):
        assert hangs_on_rounding(tests / name)
    for name in ("agents/test_card.py", "app/test_cli.py", "hostile/test_replays.py"):
        assert not hangs_on_rounding(tests / name)
    assert not hangs_on_rounding(ROOT / "elsewhere.py")
