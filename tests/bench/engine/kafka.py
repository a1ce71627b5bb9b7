"""The broker of the bench, and engine_bench_tool, which does to Kafka what is not measured."""

import json
import os
import subprocess
import threading
import time

from machine import BenchError, Process, cpu_seconds, wait_for

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.path.join(ROOT, "build", "release")
BIN = os.path.join(BUILD, "bin")
TOOL = os.path.join(BIN, "engine_bench_tool")
PLAYER_SCORES = "player-scores"  # the peer's repartition topic
PARTITIONS = 12


def checked(command, what, timeout=600):
    """Standard output of a command that must succeed."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=timeout, check=False)
    if done.returncode != 0:
        raise BenchError(f"{what} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


class Broker:
    """A Kafka of its own on a free port; its data go when the bench ends."""

    def __init__(self, folder):
        self.folder = folder
        self.kept = []
        out = checked([os.path.join(ROOT, "scripts", "kafka"), "start", "--port", "0", "--dir", folder], "scripts/kafka start")
        self.bootstrap = out.strip().splitlines()[-1].split(": ")[1]
        with open(os.path.join(folder, "pid")) as pid:
            self.pid = int(pid.read())

    def cpu(self):
        return cpu_seconds(self.pid)

    def wipe(self):
        checked([os.path.join(ROOT, "scripts", "kafka"), "wipe", "--dir", self.folder], "scripts/kafka wipe")

    def tool(self, *arguments, timeout=600):
        return checked([TOOL, "--bootstrap-server", self.bootstrap, *map(str, arguments)], f"engine_bench_tool {arguments[0]}",
                       timeout)

    def reset(self, keep_input=True, floor_outputs=0):
        """Fresh topics; the events stay."""
        arguments = ["reset", "--topic", f"{PLAYER_SCORES}:{PARTITIONS}"]
        for i in range(floor_outputs):
            arguments += ["--topic", f"floor-{i}:{PARTITIONS}"]
        if keep_input:
            arguments += ["--keep", "scores"]
        self.tool(*arguments)

    def extents(self):
        return json.loads(self.tool("extents"))

    def dump(self, topic, file):
        return json.loads(self.tool("dump", "--topic", topic, "--file", file))

    def load_simulator(self, matches, count):
        """What the simulator plays: real matches, the same for the same arguments but for their ids."""
        checked([os.path.join(BIN, "matchpoint-simulator"), "--bootstrap-server", self.bootstrap, "--matches", str(matches),
                 "--rate", "max", "--count", str(count), "--seed", "5", "--quiet"], "matchpoint-simulator")

    def load_keys(self, keys, count):
        self.tool("load", "--keys", keys, "--count", count)

    def settle(self, seconds=60):
        """Until it has nothing left to do from the run before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before < 0.08:
                return


class Watch:
    """How far a group has come, read all the time: points of (time, events committed, records in match-state)."""

    def __init__(self, broker, group, log):
        self.points = []
        self.process = subprocess.Popen([TOOL, "--bootstrap-server", broker.bootstrap, "watch", "--group", group],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=open(log, "ab"), text=True,
                                        start_new_session=True)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            at, committed, written = map(int, line.split())
            self.points.append((at / 1000, committed, written))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()

    def last(self, column):
        return self.points[-1][column] if self.points else 0

    def when(self, column, value):
        """The moment the value was first reached, between points by interpolation; None if it was not."""
        before = None
        for point in self.points:
            if point[column] >= value:
                if before is None or point[column] == before[column]:
                    return point[0]
                share = (value - before[column]) / (point[column] - before[column])
                return before[0] + share * (point[0] - before[0])
            before = point
        return None

    def first_progress(self, column):
        """(moment, value) of the first point at which something had been done."""
        for point in self.points:
            if point[column] > 0:
                return point[0], point[column]
        return None


def start_probe(broker, prefix, seconds, file, log, rate=2000, matches=2000):
    """Events at a steady rate in the background; its Process."""
    return Process("the probe", [TOOL, "--bootstrap-server", broker.bootstrap, "probe", "--prefix", prefix, "--seconds",
                                 str(seconds), "--rate", str(rate), "--matches", str(matches), "--file", file], log)


def finish_probe(probe, seconds):
    wait_for(lambda: not probe.alive(), seconds, "the probe")
    status = probe.child.returncode
    probe.end()
    if status != 0:
        raise BenchError(f"the probe failed: see {probe.log}")
