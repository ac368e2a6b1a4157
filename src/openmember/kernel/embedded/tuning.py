"""How the embedded server is set: from this machine's memory and disk, for about two cores."""

import os
import shutil
from pathlib import Path

MB = 1024 * 1024
GB = 1024 * MB


def options_for(
    *, memory_bytes: int, free_disk_bytes: int, shared_memory_bytes: int
) -> dict[str, str]:
    """Return the server's options. Pure: the caller looks at the machine."""
    options = {
        "shared_buffers": _between(32 * MB, memory_bytes // 5, 4 * GB),
        "effective_cache_size": _between(64 * MB, memory_bytes * 6 // 10, 64 * GB),
        "maintenance_work_mem": _between(32 * MB, memory_bytes // 16, GB),
        "work_mem": _between(4 * MB, memory_bytes // 512, 32 * MB),
        # Large batches write far less with a roomy log, but it must not fill a small disk.
        "max_wal_size": _between(256 * MB, free_disk_bytes // 10, 8 * GB),
        "checkpoint_timeout": "15min",
        "wal_buffers": "16MB",
        "random_page_cost": "1.1",
        "jit": "off",
        # A month is a partition; one statement over a year of several tables locks them all.
        "max_locks_per_transaction": "256",
        "shared_preload_libraries": "pg_stat_statements",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Statements and details carry members' data, and a log is read by many.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
    }
    if shared_memory_bytes < GB:  # Containers often have 64 MB, which one parallel query fills.
        options["dynamic_shared_memory_type"] = "mmap"
    return options


def options_here(folder: Path) -> dict[str, str]:
    """Return the options for this machine and the disk that holds `folder`."""
    return options_for(
        memory_bytes=_memory_bytes(),
        free_disk_bytes=shutil.disk_usage(folder).free,
        shared_memory_bytes=_shared_memory_bytes(),
    )


def _between(least: int, wanted: int, most: int) -> str:
    return f"{max(least, min(wanted, most)) // MB}MB"


def _memory_bytes() -> int:
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(file).read_text()))
        except (OSError, ValueError):  # Absent, or the word "max".
            continue
    return min(limits)


def _shared_memory_bytes() -> int:
    shared = Path("/dev/shm")  # noqa: S108  where Linux keeps POSIX shared memory
    return shutil.disk_usage(shared).total if shared.is_dir() else GB
