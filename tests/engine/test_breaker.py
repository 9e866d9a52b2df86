"""After faults in a row a part is left alone, then one caller tries it."""

from engine.breaker import FAULTS, PAUSE, Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_three_faults_open_it_and_a_pause_later_one_may_try() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAULTS):
        assert breaker.seconds_left() == 0
        breaker.failed()
    assert breaker.seconds_left() == PAUSE
    clock.now = PAUSE
    assert breaker.seconds_left() == 0  # this one tries
    assert breaker.seconds_left() == PAUSE  # the others do not wait for it
    breaker.succeeded()
    assert [breaker.seconds_left() for _ in range(3)] == [0, 0, 0]


def test_a_success_in_between_forgets_the_faults() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAULTS * 2):
        breaker.failed()
        breaker.succeeded()
    assert breaker.seconds_left() == 0
