"""What the kernel knows: cores, CPU time and memory of processes."""

import os
import resource


def raise_open_files():
    """As many open files as this process may have; its children inherit it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def split_cores():
    """(cores of the server, cores of load, publisher and Kafka): half each; the same one where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    half = max(1, len(cores) // 2)
    return cores[:half], cores[half:] or cores


def family(pid):
    """The process and all it has started."""
    pids = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    pids += family(int(child))
    except FileNotFoundError:
        pass
    return pids


def cpu_seconds(pids):
    """Of all threads, to the nanosecond, in user and kernel mode."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            try:
                with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
                    total += int(stat.read().split()[0])
            except FileNotFoundError:
                pass
    return total / 1e9


def memory_bytes(pids):
    """Memory that is the processes' own or shared between them, each page once; not that of mapped files."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as maps:
            for line in maps:
                if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                    total += int(line.split()[1]) * 1024
    return total


class Busy:
    """How much of these cores' time has been used since the beginning, by anybody: 0 to 1."""

    def __init__(self, cores):
        self.names = {f"cpu{core}" for core in cores}
        self.idle, self.all = self._read()

    def _read(self):
        idle = everything = 0
        with open("/proc/stat") as stat:
            for line in stat:
                name, *ticks = line.split()
                if name in self.names:
                    idle += int(ticks[3]) + int(ticks[4])
                    everything += sum(map(int, ticks[:8]))
        return idle, everything

    def share(self):
        idle, everything = self._read()
        return 1 - (idle - self.idle) / max(1, everything - self.all)
