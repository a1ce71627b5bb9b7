"""Processes and what they cost, read from /proc. Everything started here is ended here, by its process id."""

import os
import signal
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """What went wrong, and where to look."""


def cpu_seconds(pid):
    """User and system time of the process; 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def peak_memory_mb(pid):
    """VmHWM: the most that has been resident."""
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0.0


def machine_busy_seconds():
    """CPU time that all processes of the machine have used."""
    with open("/proc/stat") as stat:
        user, nice, system, _idle, _wait, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def wait_for(condition, seconds, what, interval=0.05):
    """Until condition() holds; returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise BenchError(f"{what}: not within {seconds:.0f} s")
        time.sleep(interval)


class Process:
    """A program with its output in a file; killed at the latest when the bench ends."""

    running = []

    def __init__(self, name, command, log, env=None):
        self.name = name
        self.log = log
        self.peak_mb = 0.0
        self.cpu_at_end = 0.0
        with open(log, "ab") as out:
            # A session of its own: Ctrl-C reaches the bench alone, which then ends what it has started.
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env,
                                          start_new_session=True)
        self.started = time.time()
        Process.running.append(self)

    @property
    def pid(self):
        return self.child.pid

    def alive(self):
        return self.child.poll() is None

    def check(self):
        if not self.alive():
            raise BenchError(f"{self.name} ended by itself with status {self.child.returncode}: see {self.log}")

    def cpu(self):
        return cpu_seconds(self.pid) if self.child.returncode is None else self.cpu_at_end

    def note_peak(self):
        self.peak_mb = max(self.peak_mb, peak_memory_mb(self.pid))
        return self.peak_mb

    def end(self, how=signal.SIGTERM, seconds=60):
        """Returns how long it took to go."""
        began = time.monotonic()
        if self.alive():
            self.note_peak()
            self.cpu_at_end = cpu_seconds(self.pid)
            self.child.send_signal(how)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
                Process.running.remove(self)
                raise BenchError(f"{self.name} did not stop within {seconds} s of signal {how}: see {self.log}") from None
        else:
            self.child.wait()
        if self in Process.running:
            Process.running.remove(self)
        return time.monotonic() - began

    @staticmethod
    def kill_all():
        for process in list(Process.running):
            if process.alive():
                process.child.kill()
            process.child.wait()
        Process.running.clear()


class Sampler:
    """Reads the CPU time of some processes over and over, for asking afterwards how much they had used at a moment."""

    def __init__(self, processes, interval=0.05):
        self.processes = dict(processes)  # name: something with cpu(), or a pid
        self.interval = interval
        self.times = []
        self.values = {name: [] for name in self.processes}
        self.machine = []
        self.stop_event = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stop_event.wait(self.interval):
            self.sample()

    def sample(self):
        self.times.append(time.time())
        for name, process in self.processes.items():
            self.values[name].append(process.cpu() if hasattr(process, "cpu") else cpu_seconds(process))
        self.machine.append(machine_busy_seconds())

    def stop(self):
        self.stop_event.set()
        self.thread.join()

    def _at(self, series, when):
        for i, moment in enumerate(self.times[:len(series)]):
            if moment >= when:
                if i == 0:
                    return series[0]
                share = (when - self.times[i - 1]) / max(1e-9, moment - self.times[i - 1])
                return series[i - 1] + share * (series[i] - series[i - 1])
        return series[-1]

    def used(self, name, begin, end):
        return self._at(self.values[name], end) - self._at(self.values[name], begin)

    def busy(self, name, seconds):
        """The share of a core used in the last so many seconds; 1 while that is not known."""
        if not self.times or self.times[-1] - self.times[0] < seconds:
            return 1.0
        end = self.times[-1]
        return self.used(name, end - seconds, end) / seconds

    def others(self, begin, end):
        """Cores used by what is not sampled here: noise, and the bench's own tools."""
        known = sum(self.used(name, begin, end) for name in self.values)
        return max(0.0, (self._at(self.machine, end) - self._at(self.machine, begin) - known) / max(1e-9, end - begin))
