"""The systems beside each other: how each is built and started. What differs between runs is given as its own settings."""

import os
import shutil
import subprocess

from kafka import BIN, BUILD, PLAYER_SCORES, ROOT, TOOL, checked
from machine import BenchError, Process

PEER_SOURCE = os.path.join(ROOT, "tests", "bench", "peers", "kafka-streams")
PEER_BUILD = os.path.join(ROOT, "build", "bench", "kafka-streams")
# What the peer's experts would give it on two cores: a collector without threads of its own. The heap is an option.
JVM = ["-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]


def java():
    home = os.environ.get("JAVA_HOME")
    command = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not command or not os.access(command, os.X_OK):
        raise BenchError("java is missing: scripts/setup installs it, or set JAVA_HOME")
    return command


def build(peer=True):
    """Only what the bench needs, in the release build."""
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        checked(["cmake", "-S", ROOT, "--preset", "release"], "cmake", 600)
    print("building the processor, the simulator and the bench's tool", flush=True)
    jobs = os.environ.get("MATCHPOINT_JOBS", str(os.cpu_count()))
    checked(["cmake", "--build", BUILD, "-j", jobs, "--target", "matchpoint-processor", "matchpoint-simulator",
             "engine_bench_tool"], "the build", 3600)
    if peer:
        build_peer()


def build_peer():
    if peer_is_built():
        return
    print("building the Kafka Streams application (Maven)", flush=True)
    if not shutil.which("mvn") or not shutil.which("javac"):
        raise BenchError("mvn and a JDK are needed for the peer: install maven and openjdk-17-jdk-headless")
    command = ["mvn", "-B", "-q", "-f", os.path.join(PEER_SOURCE, "pom.xml"), f"-Dtarget={PEER_BUILD}", "compile",
               "dependency:copy-dependencies"]
    if subprocess.run([*command, "-o"], capture_output=True, check=False).returncode != 0:
        shutil.rmtree(PEER_BUILD, ignore_errors=True)
        checked(command, "mvn", 900)


def peer_is_built():
    main = os.path.join(PEER_BUILD, "classes", "matchpoint", "peer", "Main.class")
    if not os.path.exists(main) or not os.path.isdir(os.path.join(PEER_BUILD, "lib")):
        return False
    sources = [os.path.join(folder, file) for folder, _, files in os.walk(PEER_SOURCE) for file in files]
    return all(os.path.getmtime(source) <= os.path.getmtime(main) for source in sources)


class System:
    """One of those measured. `settings` are its own; `key` names it in files and JSON, `label` in tables."""

    def __init__(self, key, label, settings=None):
        self.key = key
        self.label = label
        self.settings = dict(settings or {})

    def with_settings(self, suffix, label, **settings):
        return type(self)(f"{self.key}-{suffix}", f"{self.label}, {label}",
                          {**self.settings, **{name.replace("_", "."): value for name, value in settings.items()}})

    def at_least_once(self):
        return self.with_settings("alo", "at least once", processing_guarantee="at_least_once")

    @property
    def exactly_once(self):
        return self.settings.get("processing.guarantee") != "at_least_once"

    def input_of(self, topic):
        """Whether a restore reads this topic; only for the systems with state."""
        raise NotImplementedError

    def start(self, broker, application, state, log):
        raise NotImplementedError


class Ours(System):
    def __init__(self, key="matchpoint", label="Matchpoint", settings=None):
        super().__init__(key, label, settings)

    def start(self, broker, application, state, log):
        command = [os.path.join(BIN, "matchpoint-processor"), "--bootstrap-server", broker.bootstrap]
        for name, value in {"application.id": application, "state.dir": state, **self.settings}.items():
            command += ["--set", f"{name}={value}"]
        return Process(self.label, command, log)

    def input_of(self, topic):
        return topic in ("match-state", "high-scores") or topic.endswith(("-changelog", "-repartition"))


class Peer(System):
    jvm = []  # set once, at the start

    def __init__(self, key="kafka-streams", label="Kafka Streams", settings=None):
        super().__init__(key, label, settings)

    def start(self, broker, application, state, log):
        settings = {"bootstrap.servers": broker.bootstrap, "application.id": application, "state.dir": state,
                    # Static membership, its id kept where the state is.
                    "group.instance.id": os.path.basename(state), **self.settings}
        classpath = f"{PEER_BUILD}/classes:{PEER_BUILD}/lib/*"
        command = [java(), *JVM, *Peer.jvm, "-cp", classpath, "matchpoint.peer.Main", *(f"{k}={v}" for k, v in settings.items())]
        return Process(self.label, command, log)

    def input_of(self, topic):
        return topic.endswith("-changelog")


class Floor(System):
    """A bare loop that writes what `outputs` say: (records an event, bytes a record) for each topic."""

    def __init__(self, outputs, key="floor", label="bare librdkafka loop", settings=None):
        super().__init__(key, label, settings)
        self.outputs = outputs

    def at_least_once(self):
        return Floor(self.outputs, f"{self.key}-alo", f"{self.label}, at least once", {"processing.guarantee": "at_least_once"})

    def start(self, broker, application, state, log):
        command = [TOOL, "--bootstrap-server", broker.bootstrap, "floor", "--group", application]
        for records, size in self.outputs:
            command += ["--output", f"{records:.4f}:{size}"]
        if not self.exactly_once:
            command.append("--no-transactions")
        return Process(self.label, command, log)


def floor_outputs(system, broker, work):
    """What a system has written for each event, as the floor has to write it: from the topics it has left."""
    events = broker.extents()["scores"]["records"]
    outputs = []
    for topic in broker.extents():
        if topic in ("scores", "simulations"):
            continue
        counted = broker.dump(topic, os.path.join(work, "dump.txt"))
        if counted["records"] > events / 100:
            outputs.append((counted["records"] / events, counted["bytes"] // counted["records"]))
    return outputs


__all__ = ["BenchError", "Floor", "Ours", "PLAYER_SCORES", "Peer", "System", "build", "floor_outputs"]
