from agensium.tasks.states import TERMINAL, TRANSITIONS, WAITING, State


def test_every_state_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(State)


def test_nothing_follows_a_terminal_state() -> None:
    assert {State.SUCCESS, State.FAILURE, State.REVOKED} == TERMINAL


def test_every_state_is_reached_and_left_for_a_terminal_one() -> None:
    reached = {State.PENDING}
    for _ in State:
        reached |= {after for state in reached for after in TRANSITIONS[state]}
    assert reached == set(State)


def test_only_waiting_tasks_are_started() -> None:
    assert {state for state in State if State.STARTED in TRANSITIONS[state]} == WAITING
