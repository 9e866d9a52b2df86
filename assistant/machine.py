"""What is known of this machine: its NVIDIA cards, as the driver tells them, and the addresses that are its own."""

import csv
import ipaddress
import subprocess
from dataclasses import dataclass
from functools import lru_cache

MIB = 1 << 20


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Card:
    """One GPU; memory in bytes."""

    name: str
    driver: str
    used: int
    total: int


@lru_cache(maxsize=1)
def cards(moment: int = 0) -> tuple[Card, ...]:
    """The NVIDIA cards, asked once a `moment` (nvidia-smi takes up to a second); empty without driver or card."""
    command = [
        "nvidia-smi",
        "--query-gpu=name,driver_version,memory.used,memory.total",
        "--format=csv,noheader,nounits",
    ]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
        return tuple(
            Card(name, driver, int(used) * MIB, int(total) * MIB)
            for name, driver, used, total in csv.reader(told.splitlines(), skipinitialspace=True)
        )
    except (OSError, subprocess.SubprocessError, ValueError):  # no driver, or a card that does not tell
        return ()
