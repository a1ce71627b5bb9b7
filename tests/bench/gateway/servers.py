"""The servers that are compared, each behind the same few verbs: start, stop, pids, paths for subscribers, publish.

A server is started anew for each case, with no state from before.
"""

import http.client
import os
import shutil
import subprocess
import time

from machine import family
from programs import BIN, ROOT, BenchError, Program, Talker, bench_command, free_port, wait_for

NCHAN_MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
PEERS = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "matchpoint/peers")
OWN_FIGURES = {f"matchpoint_http_{name}" for name in ("events_total", "stream_writes_total", "fan_out_seconds_sum", "fan_out_seconds_count")}
HISTORY = 60_000  # records that a server must be able to give again: more than any case publishes


def status_of(port, method, path, headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Server:
    alone_through_kafka = False  # what Kafka takes without it is measured too
    saturates = True

    def __init__(self, setup):
        self.setup = setup
        self.folder = setup.new_folder(self.name)
        self.log = os.path.join(self.folder, "log")
        self.program = None

    def pids(self):
        self.program.check()
        return family(self.program.pid)

    def stop(self):
        if self.program:
            self.program.stop()
            self.program = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def own_figures(self):
        """What the server counts itself, ever growing; nothing of most."""
        return {}

    def ready_for(self, shape):
        """Before anything of that shape is published."""

    def launch(self, name, command, **options):
        self.program = Program(name, command, self.setup.server_cores, self.log, **options)

    def publish(self, shape, **pace):
        """Publishes to the end; CPU time that is the publisher's is not the server's."""
        bench_command(self.publish_command(shape, **pace), self.setup.load_cores, self.log)


class ThroughKafka(Server):
    """Its records are published into Kafka."""

    def make_topics(self):
        bench_command(["topics", "--bootstrap-server", self.setup.kafka], self.setup.load_cores, self.log)

    def publish_command(self, shape, count, rate, matches, first_seq):
        return ["publish-kafka", "--bootstrap-server", self.setup.kafka, "--count", count, "--rate", rate, "--matches", matches,
                "--first-seq", first_seq]


class Ours(ThroughKafka):
    name = "matchpoint"
    alone_through_kafka = True
    note = "records go through Kafka, its time is part of the latency"
    all_path = "/events/match-state"
    match_path = "/events/match-state?match={match}"
    snapshot_path = "/events/match-state"

    def start(self, matches):
        self.make_topics()
        self.port = free_port()
        self.launch("matchpoint-http", [os.path.join(BIN, "matchpoint-http"), "--bootstrap-server", self.setup.kafka, "--port", str(self.port),
                                        "--set", f"http.threads={len(self.setup.server_cores)}", "--set", "http.address=127.0.0.1"])
        wait_for("matchpoint-http ready", lambda: self.program.check() and status_of(self.port, "GET", "/readyz") == 200)

    def own_figures(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/metrics")
        figures = {}
        for line in connection.getresponse().read().decode().splitlines():
            name = line.split("{")[0].split(" ")[0]
            if name in OWN_FIGURES:
                figures[name] = figures.get(name, 0) + float(line.rsplit(" ", 1)[1])
        connection.close()
        return figures


class Peer(Server):
    """Its records are published by POST."""

    post_paths = {}

    def target(self, shape):
        connections = 1 if shape == "all" else 4
        return ["--port", self.port, "--path", self.post_paths[shape], "--connections", connections, "--window", 64]

    def publish_command(self, shape, count, rate, matches, first_seq):
        return ["publish-http", *self.target(shape), "--count", count, "--rate", rate, "--matches", matches, "--first-seq", first_seq]


class Nchan(Peer):
    name = "nchan"
    note = "nginx with nchan; one channel for all records or one a match"
    all_path = "/sub/all"
    match_path = "/sub/{match}"
    snapshot_path = "/old/all"

    def start(self, matches):
        self.port = free_port()
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w") as out:
            out.write(self.configuration())
        self.launch("nginx", ["nginx", "-p", self.folder, "-c", config])
        wait_for("nginx up", lambda: self.program.check() and status_of(self.port, "GET", "/file/none") == 404)

    def configuration(self):
        temporary = " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.geteuid() == 0 else ""
        return f"""
            load_module {NCHAN_MODULE}; {user}
            daemon off; worker_processes {len(self.setup.server_cores)}; worker_rlimit_nofile {self.setup.open_files};
            pid {self.folder}/pid; error_log {self.log} warn;
            events {{ worker_connections {self.setup.open_files - 100}; }}
            http {{
                access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; keepalive_timeout 1h; {temporary}
                nchan_shared_memory_size 1G;
                server {{
                    listen 127.0.0.1:{self.port} backlog=4096;
                    location ~ ^/pub/(.+)$ {{ nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length {HISTORY}; nchan_message_timeout 1h; }}
                    location ~ ^/sub/(.+)$ {{ nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message newest; }}
                    location ~ ^/old/(.+)$ {{ nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message oldest; }}
                    location /file/ {{ alias {self.folder}/file/; types {{ application/json json; }} }}
                }}
            }}"""

    post_paths = {"all": "/pub/all", "match": "/pub/{match}"}


class DurableStreams(Peer):
    name = "durable-streams"
    note = "durable-streams 0.1.5, in memory; one stream for all records or one a match"
    all_path = "/all?offset=now&live=sse"
    match_path = "/{match}?offset=now&live=sse"
    snapshot_path = "/all?offset=-1&live=sse"

    def start(self, matches):
        self.port = free_port()
        self.launch("durable-streams-server", [os.path.join(PEERS, "bin/durable-streams-server"), "--host", "127.0.0.1", "--port", str(self.port),
                                               "--data-dir", os.path.join(self.folder, "data"), "--durability", "memory"], stdout=subprocess.DEVNULL)
        wait_for("durable-streams-server up", lambda: self.program.check() and status_of(self.port, "GET", "/none") == 404)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for name in ["all"] + [f"m-{match:05d}" for match in range(matches)]:
            connection.request("PUT", "/" + name, headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise BenchError(f"durable-streams: creating {name} gave {answer.status}")
        connection.close()

    post_paths = {"all": "/all", "match": "/{match}"}


class Relayed(ThroughKafka):
    """A peer that does our job: the records come from Kafka, by a relay that is part of the server."""

    relay = None
    saturates = False  # that is the peer's own figure

    def start(self, matches):
        self.make_topics()
        super().start(matches)

    def ready_for(self, shape):
        self.relay = Talker(["relay", "--bootstrap-server", self.setup.kafka, *self.target(shape)], self.setup.server_cores, self.log)
        self.relay.answer()

    def pids(self):
        return super().pids() + ([self.relay.pid] if self.relay and self.relay.check() else [])

    def stop(self):
        if self.relay:
            self.relay.stop()
            self.relay = None
        super().stop()


class RelayedNchan(Relayed, Nchan):
    name = "nchan behind Kafka"


class RelayedDurableStreams(Relayed, DurableStreams):
    name = "durable-streams behind Kafka"


class Floor(Server):
    """A bare loop of send of the bytes that we send, so many events in each."""

    name = "floor"
    gather = 1
    note = "a bare loop of send(), one event each"
    all_path = "/"
    match_path = "/{match}"

    def start(self, matches):
        self.program = Talker(["floor", "--gather", self.gather], self.setup.server_cores, self.log)
        self.port = self.program.answer()["port"]

    def publish(self, shape, count, rate, matches, first_seq):
        self.program.ask(f"burst {count} {rate} {matches} {first_seq}")


class GatheredFloor(Floor):
    name = "floor of 10"
    gather = 10
    note = "the same with ten events gathered in each send()"


ALL = [Ours, Nchan, DurableStreams, RelayedNchan, RelayedDurableStreams, Floor, GatheredFloor]


def missing():
    """What those that cannot run here need."""
    reasons = {}
    if not shutil.which("nginx") or not os.path.exists(NCHAN_MODULE):
        reasons[Nchan] = "apt-get install --no-install-recommends nginx-light libnginx-mod-nchan"
    if not os.path.exists(os.path.join(PEERS, "bin/durable-streams-server")):
        reasons[DurableStreams] = f"cargo install durable-streams --version 0.1.5 --locked --root {PEERS}"
    return reasons


def kafka(setup, verb):
    folder = os.path.join(setup.work, "kafka")
    command = [os.path.join(ROOT, "scripts/kafka"), verb, "--dir", folder] + (["--port", "0"] if verb == "start" else [])
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, setup.load_cores))
    if done.returncode != 0:
        raise BenchError(f"scripts/kafka {verb}: {done.stderr or done.stdout}")
    for line in done.stdout.splitlines():
        if line.startswith("bootstrap-server: "):
            return line.split()[1]
    return None
