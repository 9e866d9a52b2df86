"""Texts of other hands than the rules' authors: what is found in them stays found, and what must stay stays."""

from benchmarks.other_hands import other_hands
from benchmarks.scrubbing import Tally


def test_texts_of_other_hands_stay_masked() -> None:
    whole = Tally()
    for _, samples in other_hands():
        for sample in samples:
            whole.add(sample)
    assert whole.texts > 4_000
    assert whole.leaks <= 0.015 * whole.personal, "the floor: 1.5 % of the texts with personal data"
    assert whole.kept >= 0.995 * whole.keep
    assert whole.unstable == 0
    for kind in ("ID_CARD", "BANK_CARD", "PHONE", "PASSPORT"):
        assert whole.masked[kind] >= 0.995 * whole.total[kind], kind
