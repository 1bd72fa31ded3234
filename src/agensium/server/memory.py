"""Memory of the API: what an upload's pieces took goes back to the system when they are sent."""

import ctypes
import sys
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
LARGE_BYTES: Final = 1 << 20
"""From here on a piece of memory is the system's own, and not cut out of a thread's heap."""


def return_large_pieces() -> None:
    """Let large pieces of memory go back as soon as they are free.

    glibc raises that limit by itself, to the size of the pieces of uploads; then each of the
    threads that take uploads in keeps a heap of its own for them, three times what is in use.
    """
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc's; others need none
        if set_option is not None:
            set_option(_M_MMAP_THRESHOLD, LARGE_BYTES)
