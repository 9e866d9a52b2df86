"""The one name that literalai imports; Deskmate sends no telemetry, so it does nothing."""


class Traceloop:
    """Refuses to start: telemetry is not part of Deskmate."""

    @staticmethod
    def init(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Deskmate ships without telemetry; unset LITERAL_API_KEY")
