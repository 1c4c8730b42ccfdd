"""A place of the app's queue that counts who took it."""


class Counted:
    """A place that is taken at the first asking and free at every later one."""

    def __init__(self) -> None:
        self.asked = self.taken = self.given_back = 0

    def acquire(self, timeout: float) -> bool:
        """Refuse once."""
        self.asked += 1
        self.taken += self.asked > 1
        return self.asked > 1

    def release(self) -> None:
        """Count."""
        self.given_back += 1
