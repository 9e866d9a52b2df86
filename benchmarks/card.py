"""An NVIDIA card made as small as one wants to measure on, and how much of it is in use. Knows the driver only.

`Card(24)` holds away what exceeds 24 GiB of the free memory by one plain allocation, so that whoever runs meanwhile,
ours or not, finds a card of that size: its plan sees no more, and what does not fit there fails here too.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

GIB = 1 << 30
MOMENT = 0.1  # seconds between two looks


@dataclass(slots=True)
class Use:
    """Bytes of the card that were taken at most."""

    most: int = 0


class Card:
    """The first card, with `size` GiB of it free (0: as much as there is) until this process ends."""

    def __init__(self, size: float) -> None:
        self._cuda = ctypes.CDLL("libcuda.so.1")
        self._context, held = ctypes.c_void_p(), ctypes.c_uint64()
        device = ctypes.c_int()
        self._do("cuInit", 0)
        self._do("cuDeviceGet", ctypes.byref(device), 0)
        self._do("cuDevicePrimaryCtxRetain", ctypes.byref(self._context), device)
        name = ctypes.create_string_buffer(100)
        self._do("cuDeviceGetName", name, 100, device)
        self.name = name.value.decode()
        more = self.free() - int(size * GIB)
        if size and more > 0:
            self._do("cuMemAlloc_v2", ctypes.byref(held), ctypes.c_size_t(more))

    def free(self) -> int:
        """Bytes that anybody may still take."""
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self._do("cuCtxSetCurrent", self._context)  # of this thread
        self._do("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return free.value

    @contextmanager
    def watched(self) -> Iterator[Use]:
        """Look at the memory all the time; what was in use before does not count."""
        use, before, over = Use(), self.free(), threading.Event()

        def look() -> None:
            while not over.wait(MOMENT):
                use.most = max(use.most, before - self.free())

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield use
        finally:
            over.set()
            thread.join()

    def _do(self, name: str, *values: object) -> None:
        if code := getattr(self._cuda, name)(*values):
            raise SystemExit(f"the card refused {name} (error {code} of the CUDA driver)")
