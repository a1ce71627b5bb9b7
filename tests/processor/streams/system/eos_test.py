#!/usr/bin/env python3
"""eos_test.py rebalance|failure simple|complex [--seed N] [--dir DIR]

Kafka's own system test of exactly-once, org.apache.kafka.streams.tests.StreamsEosTest as published, against our engine. The
original's driver writes events and at the end verifies what three instances of streams_eos_test_client have made of them, which are
stopped and started (rebalance) or killed and started (failure) one after the other, as kafkatest's streams_eos_test.py does it; and
the broker is killed and started again on the way. Passes when the verifier prints ALL-RECORDS-DELIVERED.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.environ.get("MATCHPOINT_ROOT", os.path.abspath(os.path.join(os.path.dirname(__file__), *[".."] * 4)))
BIN = os.environ.get("MATCHPOINT_BIN", os.path.join(ROOT, "build", "release", "bin"))
POM = os.path.join(ROOT, "tests", "processor", "streams", "system", "java", "pom.xml")
LIBRARIES = os.path.join(ROOT, "build", "streams-system", "lib")
MAIN = "org.apache.kafka.streams.tests.StreamsEosTest"
TOPICS = ("data", "echo", "min", "sum", "repartition", "max", "cnt")
PARTITIONS = 5
GENERATORS = 3  # the original pauses between events, for a test that is to take half an hour
WAIT_SECONDS = 120
RUNNING = r"StateChange: REBALANCING -> RUNNING"
PROCESSED = r"processed [0-9]+ records from topic"
STOPPED = r"StateChange: PENDING_SHUTDOWN -> NOT_RUNNING"


class Failure(Exception):
    """What did not happen, and where to look."""


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def checked(command, what):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{what} failed with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def fetch_original():
    """The published jars, by Maven, unless they are there."""
    done = os.path.join(LIBRARIES, ".fetched")
    if os.path.exists(done) and os.path.getmtime(done) >= os.path.getmtime(POM):
        return
    shutil.rmtree(LIBRARIES, ignore_errors=True)
    checked(["mvn", "-B", "-q", "-f", POM, "dependency:copy-dependencies", "-DincludeScope=runtime",
             f"-DoutputDirectory={LIBRARIES}"], "mvn")
    with open(done, "w"):
        pass


class Program:
    """A process with its output in a file, which is waited for by what it prints."""

    def __init__(self, name, command, log):
        self.name = name
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)

    def mark(self):
        """The end of the output so far: what comes after it is new."""
        return os.path.getsize(self.log)

    def find(self, pattern, since):
        """The end of the pattern in what was printed since; 0 if it was not."""
        with open(self.log, "rb") as log:
            log.seek(since)
            found = re.search(pattern.encode(), log.read())
        return since + found.end() if found else 0

    def wait_for(self, pattern, since):
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            found = self.find(pattern, since)
            if found:
                return found
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} did not print '{pattern}' within {WAIT_SECONDS} s: see {self.log}")
            if self.child.poll() is not None and pattern != STOPPED:
                raise Failure(f"{self.name} ended by itself with status {self.child.returncode}: see {self.log}")
            time.sleep(0.05)

    def signal(self, number):
        self.child.send_signal(number)

    def end(self, number, seconds=WAIT_SECONDS):
        if self.child.poll() is None:
            self.signal(number)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Failure(f"{self.name} did not stop within {seconds} s: see {self.log}") from None


class Test:
    def __init__(self, folder, topology, seed):
        self.folder = folder
        self.topology = topology
        self.random = random.Random(seed)
        self.programs = []
        self.instances = {}
        self.bootstrap = self.start_kafka("0")
        self.properties = os.path.join(folder, "eos.properties")
        with open(self.properties, "w") as out:
            out.write(f"bootstrap.servers={self.bootstrap}\nprocessing.guarantee=exactly_once_v2\n")
        for topic in TOPICS:
            checked([f"{ROOT}/scripts/kafka-topics.sh", "--bootstrap-server", self.bootstrap, "--create", "--topic", topic,
                     "--partitions", str(PARTITIONS), "--replication-factor", "1"], "kafka-topics.sh")

    def kafka(self, *arguments):
        return checked([f"{ROOT}/scripts/kafka", *arguments, "--dir", f"{self.folder}/kafka"], "scripts/kafka")

    def start_kafka(self, port):
        return self.kafka("start", "--separate-controller", "--port", port).strip().splitlines()[-1].split(": ")[1]

    def start(self, name, command):
        program = Program(name, command, f"{self.folder}/{name}.log")
        self.programs.append(program)
        return program

    def original(self, name, command):
        java = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
        return self.start(name, [java, "-XX:+UseSerialGC", "-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                                 f"{LIBRARIES}/*", MAIN, self.properties, command])

    # ---- what happens to the three instances, in kafkatest's words ----------------------------------------------------

    def running(self):
        return [instance for instance in self.instances.values() if instance.child.poll() is None]

    def expect_all(self, marks, *patterns):
        """Each instance prints the patterns, one after the other, after its mark."""
        for instance, since in marks.items():
            for pattern in patterns:
                since = instance.wait_for(pattern, since)

    def expect_any(self, marks, pattern):
        deadline = time.monotonic() + WAIT_SECONDS
        while not any(instance.find(pattern, since) for instance, since in marks.items()):
            if time.monotonic() > deadline:
                raise Failure(f"no instance printed '{pattern}' within {WAIT_SECONDS} s: see {self.folder}")
            time.sleep(0.05)

    def marks(self):
        return {instance: instance.mark() for instance in self.running()}

    def add(self, number):
        """Starts an instance: it gets tasks to run, and all others go on."""
        say(f"instance {number} starts")
        log = f"{self.folder}/client{number}.log"
        since = os.path.getsize(log) if os.path.exists(log) else 0
        instance = self.start(f"client{number}", [f"{BIN}/streams_eos_test_client", self.topology,
                                                  f"bootstrap.servers={self.bootstrap}", f"state.dir={self.folder}/state{number}",
                                                  "consumer.session.timeout.ms=6000", "consumer.heartbeat.interval.ms=1000"])
        self.instances[number] = instance
        instance.wait_for(RUNNING, since)
        self.expect_all(self.marks(), PROCESSED)

    def stop(self, number):
        say(f"instance {number} stops")
        instance = self.instances[number]
        mark = instance.mark()
        instance.signal(signal.SIGTERM)
        instance.wait_for(STOPPED, mark)
        status = instance.end(signal.SIGTERM)
        if status != 0:
            raise Failure(f"{instance.name} ended with status {status}: see {instance.log}")
        self.expect_all(self.marks(), PROCESSED)

    def kill(self, number):
        time.sleep(self.random.uniform(0, 2))
        say(f"instance {number} is killed")
        others = [i for i in self.running() if i is not self.instances[number]]
        marks = {instance: instance.mark() for instance in others}
        self.instances[number].end(signal.SIGKILL)
        # The group gives its tasks to the others once its session has timed out; to one of them alone, if it has few.
        self.expect_any(marks, RUNNING)
        self.expect_all(marks, PROCESSED)

    def restart_kafka(self):
        # Not told to stop: a single broker that is has no leader of any partition for its last seconds, takes them for deleted and
        # drops the markers of transactions (tests/fault/README.md). Its controller is another process, which knows that it is away.
        say("the broker is killed and started again")
        with open(f"{self.folder}/kafka/pid") as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.05)
        time.sleep(self.random.uniform(0, 3))
        self.start_kafka(self.bootstrap.rsplit(":", 1)[1])
        self.expect_all(self.marks(), PROCESSED)

    # ---- the scenarios ------------------------------------------------------------------------------------------------

    def rebalance(self):
        for number in (1, 2, 3):
            self.add(number)
        self.stop(1)
        self.add(1)
        self.restart_kafka()
        for number in (2, 3):
            self.stop(number)
            self.add(number)
        self.end_instances()

    def failure(self):
        for number in (1, 2, 3):
            self.add(number)
        for number in (1, 2, 3):
            self.kill(number)
            self.add(number)
            if number == 2:
                self.restart_kafka()
        say("instance 2 is killed and starts again at once")
        self.instances[2].end(signal.SIGKILL)
        self.add(2)
        self.end_instances()

    def end_instances(self):
        for number in (2, 3, 1):
            self.stop(number)

    def run(self, scenario):
        generators = [self.original(f"generator{i}", "run") for i in range(GENERATORS)]
        getattr(self, scenario)()
        for generator in generators:
            generator.end(signal.SIGTERM)
        # The generators have gone on while the last instance stopped; what they left is not to be verified: only what was committed.
        say("the original verifies")
        verifier = self.original("verifier", "verify" if self.topology == "simple" else "verify-complex")
        verifier.child.wait(600)
        with open(verifier.log) as log:
            verdict = log.read()
        if "ALL-RECORDS-DELIVERED" not in verdict:
            raise Failure(f"the verifier says:\n{verdict}")
        say("ALL-RECORDS-DELIVERED")

    def end(self, keep):
        """With `keep` what Kafka has written and logged stays."""
        for program in self.programs:
            if program.child.poll() is None:
                program.child.kill()
            program.child.wait()
        self.kafka("stop" if keep else "wipe")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=("rebalance", "failure"))
    parser.add_argument("topology", choices=("simple", "complex"))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("MATCHPOINT_SEED", random.SystemRandom().randrange(1 << 32))))
    parser.add_argument("--dir", help="keep everything there")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = os.path.abspath(options.dir) if options.dir else tempfile.mkdtemp(prefix="matchpoint-eos-")
    os.makedirs(folder, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    test = None
    try:
        fetch_original()
        test = Test(folder, options.topology, options.seed)
        test.run(options.scenario)
    except Failure as failure:
        print(f"FAILED with seed {options.seed}: {failure}\nlogs: {folder}", file=sys.stderr)
        options.dir = folder
        return 1
    finally:
        if test is not None:
            test.end(keep=bool(options.dir))
        if not options.dir:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
