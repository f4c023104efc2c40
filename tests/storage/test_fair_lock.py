"""Whoever waited longest is served first, and who gives up is forgotten."""

from concurrent.futures import ThreadPoolExecutor

from storage.fair_lock import FairLock


def test_one_holds_it_and_the_next_gives_up() -> None:
    lock = FairLock()
    assert lock.acquire(0)
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0)
    lock.release()


def test_waiters_are_served_in_their_order() -> None:
    lock, served = FairLock(), list[int]()

    def take(name: int) -> None:
        assert lock.acquire(30)
        served.append(name)
        lock.release()

    assert lock.acquire(0)
    with ThreadPoolExecutor(5) as threads:
        for name in range(5):
            threads.submit(take, name)
            while len(lock._waiting) <= name:
                pass
        lock.release()
    assert served == [0, 1, 2, 3, 4]


def test_a_lock_handed_over_at_the_last_moment_counts() -> None:
    class Late(FairLock):
        """Hands the lock over between the waiter's time-out and his look."""

    lock = Late()
    assert lock.acquire(0)
    real_guard = lock._guard

    class Guard:
        entries = 0

        def __enter__(self) -> None:
            self.entries += 1
            if self.entries == 2:
                lock._waiting.popleft().release()
            real_guard.acquire()

        def __exit__(self, *_: object) -> None:
            real_guard.release()

    lock._guard = Guard()  # type: ignore[assignment]
    assert lock.acquire(0.01)
