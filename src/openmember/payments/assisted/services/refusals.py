"""What cannot be asked for, or not be paid any more, in words."""


class AssistedRefused(Exception):
    """Nothing was sent or taken. `name` is the situation; the message says why in words."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name
