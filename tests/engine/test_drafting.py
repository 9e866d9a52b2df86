from engine.drafting import PAUSE, Drafter
from engine.request import Request, as_tokens


def quoting(made: list[int]) -> Request:
    request = Request(as_tokens([1, 2, 3, 4, 5, 6, 7, 8, 1, 2]), 100)
    request.made = made
    return request


def test_what_followed_in_the_prompt_is_guessed() -> None:
    assert list(Drafter().draft(quoting([9, 2, 3, 4]), 1)) == [5, 6, 7]


def test_a_guess_is_whole_or_none() -> None:
    assert not Drafter().draft(quoting([7, 8, 1]), 1)


def test_many_answers_at_once_are_not_guessed_for() -> None:
    assert not Drafter(most_rows=4).draft(quoting([2, 3, 4]), 5)


def test_guessing_that_fails_pauses_and_tries_again() -> None:
    drafter, request = Drafter(), quoting([2, 3, 4])
    for _ in range(3):
        assert drafter.draft(request, 1)
        drafter.learn(request, 3, 0)
        if not drafter.draft(request, 1):
            break
    pauses = sum(not drafter.draft(request, 1) for _ in range(PAUSE + 4))
    assert PAUSE - 2 <= pauses <= PAUSE


def test_a_finished_request_is_forgotten() -> None:
    drafter, request = Drafter(), quoting([2, 3, 4])
    drafter.draft(request, 1)
    drafter.forget(request)
    assert not drafter._memories
