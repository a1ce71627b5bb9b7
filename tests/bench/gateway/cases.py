"""The measurements, one function each; each gives a dictionary of figures."""

import http.client
import os
import re
import subprocess
import time

from machine import Busy, cpu_seconds, memory_bytes
from programs import BenchError, Talker

MATCHES = 1000
LEAST_WARM_ROUNDS, MOST_WARM_ROUNDS = 5, 15


def matches_of(subscribers):
    """So many matches that each has a reader, and no more than a busy day's."""
    return min(subscribers, MATCHES)


class Subscribers:
    """The load on one server: checked clients that are connected."""

    def __init__(self, setup, server, path, count, matches, snapshot=0):
        self.setup, self.server = setup, server
        arguments = ["subscribe", "--port", server.port, "--path", path, "--connections", count, "--matches", matches]
        if snapshot:
            arguments += ["--snapshot", snapshot]
        self.talker = Talker(arguments + [word for core in setup.load_cores for word in ("--core", core)], setup.load_cores, server.log)
        self.opened = self.talker.answer()
        if self.opened["open"] < count:
            raise BenchError(f"{server.name}: only {self.opened['open']} of {count} connected")

    def stop(self):
        self.talker.stop()


def traffic(subscribers, shape, count, rate, matches, first_seq, expected):
    """Publishes and waits until all is delivered; deliveries a second, latency, CPU."""
    setup, server = subscribers.setup, subscribers.server
    subscribers.talker.ask("mark")
    pids, own = server.pids(), server.own_figures()
    cpu, load_busy, server_busy = cpu_seconds(pids), Busy(setup.load_cores), Busy(setup.server_cores)
    server.publish(shape, count=count, rate=rate, matches=matches, first_seq=first_seq)
    report = subscribers.talker.ask(f"wait {expected} 60")
    delivered = report["delivered"]
    return {
        "records": count,
        "expected": expected,
        "delivered": delivered,
        "per_second": delivered / report["seconds"] if report["seconds"] > 0 else 0,
        "p50_ms": report["p50_ms"],
        "p99_ms": report["p99_ms"],
        "max_ms": report["max_ms"],
        "cpu_us": (cpu_seconds(pids) - cpu) * 1e6 / max(1, delivered),
        "load_busy": load_busy.share(),
        "server_busy": server_busy.share(),
        "faults": faults_of(report, expected),
        **difference(own, server.own_figures()),
    }


def difference(before, after):
    """Ours alone: how many events a write took, and the time from a batch's arrival from Kafka until no reader waited."""
    grown = {name.removeprefix("matchpoint_http_"): after[name] - before[name] for name in after}
    if not grown:
        return {}
    return {"events_a_write": grown["events_total"] / max(1, grown["stream_writes_total"]),
            "fan_out_ms": 1000 * grown["fan_out_seconds_sum"] / max(1, grown["fan_out_seconds_count"])}


def faults_of(report, expected):
    faults = {name: report[name] for name in ("lost", "doubled", "damaged", "unasked", "ends") if report[name]}
    if report["delivered"] != expected:
        faults["missing"] = expected - report["delivered"]
    return faults


def fan_out(setup, kind, shape, subscribers, plan):
    """One server with so many subscribers of all records or of one match each: memory, then each rate, then saturation."""
    matches = matches_of(subscribers)
    readers = subscribers if shape == "all" else subscribers // matches
    paces = paces_of(plan, readers, matches)
    server = kind(setup)
    try:
        server.start(matches)
        before = memory_bytes(server.pids())
        load = Subscribers(setup, server, server.all_path if shape == "all" else server.match_path, subscribers, matches)
        try:
            time.sleep(0.5)
            result = {"memory_bytes": (memory_bytes(server.pids()) - before) / subscribers, "rates": {}}
            server.ready_for(shape)
            seq = 1
            for rate, count in paces:
                result["rates"][f"{rate * readers:.0f}"] = traffic(load, shape, count, rate, matches, seq, count * readers)
                seq += -(-count // matches)
            if kind.saturates:
                # Each match takes part in a whole number of rounds, so that the next seq is known.
                count = max(matches, min(plan.burst_records, plan.burst // readers) // matches * matches)
                result["saturated"] = traffic(load, shape, count, 0, matches, seq, count * readers)
        finally:
            load.stop()
    finally:
        server.stop()
    if kind.alone_through_kafka:
        result["kafka"] = {f"{rate * readers:.0f}": kafka_alone(setup, kind, count, rate, matches) for rate, count in paces}
    return result


def paces_of(plan, readers, matches):
    """(records a second, how many) for each of the plan's rates that so many readers can have."""
    paces = []
    for rate in sorted({min(deliveries / readers, plan.most_records) for deliveries in plan.rates if deliveries >= readers}):
        count = max(plan.least_records, int(rate * plan.seconds))
        paces.append((rate, count - (count % matches if count > matches else 0)))
    return paces


def kafka_alone(setup, kind, count, rate, matches):
    """The same records at the same rate with nothing behind Kafka but one consumer, on the server's cores: no gateway can be sooner."""
    source = kind(setup)
    try:
        source.make_topics()
        reader = Talker(["consume-kafka", "--bootstrap-server", setup.kafka, "--count", count], setup.server_cores, source.log)
        try:
            reader.answer()
            source.publish("all", count=count, rate=rate, matches=matches, first_seq=1)
            report = reader.answer()
        finally:
            reader.stop()
        if report["delivered"] < count:
            raise BenchError(f"Kafka alone: {report['delivered']} of {count} records came within 60 s")
        return report
    finally:
        source.stop()


def warm_kafka(setup, kind):
    """Single records until they get no faster any more: a young Java machine takes five times what it takes later. (rounds, p50 ms, p99 ms)"""
    best, idle = float("inf"), 0
    for done in range(1, MOST_WARM_ROUNDS + 1):
        kafka_alone(setup, kind, count=20_000, rate=4_000, matches=MATCHES)
        taken = kafka_alone(setup, kind, count=200, rate=100, matches=100)
        idle = idle + 1 if taken["p50_ms"] > 0.9 * best else 0
        best = min(best, taken["p50_ms"])
        if done >= LEAST_WARM_ROUNDS and idle >= 2:
            break
    return done, taken["p50_ms"], taken["p99_ms"]


def late_joiners(setup, kind, joiners, keys):
    """So many clients at once, each until it has every key; the publishing before is not timed."""
    server = kind(setup)
    try:
        server.start(0)
        # Once each key: we would send its latest alone, the peers do not compact and would send all.
        server.publish("all", count=keys, rate=0, matches=keys, first_seq=1)
        time.sleep(1)
        cpu = cpu_seconds(server.pids())
        load = Subscribers(setup, server, server.snapshot_path, joiners, keys, keys)
        try:
            report = load.talker.ask("snapshot 120")
            return {
                "joiners": joiners, "keys": keys, "done": report["snapshots"], "p50_ms": report["snapshot_p50_ms"],
                "all_ms": report["snapshot_max_ms"], "cpu_seconds": cpu_seconds(server.pids()) - cpu,
                "faults": {name: report[name] for name in ("lost", "doubled", "damaged", "ends") if report[name]},
            }
        finally:
            load.stop()
    finally:
        server.stop()


def wrk(setup, port, path, seconds):
    command = ["wrk", "-t", "1", "-c", "32", "-d", f"{seconds}s", "--latency", f"http://127.0.0.1:{port}{path}"]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, setup.load_cores))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not rate:
        raise BenchError("wrk: " + (done.stderr or done.stdout))
    if "Non-2xx" in done.stdout:
        raise BenchError("wrk: " + done.stdout)
    return float(rate.group(1))


def snapshots(setup, ours_kind, nginx_kind, keys, seconds):
    """GET of all states and of one from us, and of the same bytes in files from nginx."""
    ours, nginx = ours_kind(setup), nginx_kind(setup)
    results = {}
    try:
        ours.start(0)
        ours.publish("all", count=keys, rate=0, matches=keys, first_seq=1)
        time.sleep(1)
        nginx.start(0)
        os.makedirs(os.path.join(nginx.folder, "file"))
        for name, path in (("all", "/api/match-state"), ("one", "/api/match-state/m-00000")):
            connection = http.client.HTTPConnection("127.0.0.1", ours.port)
            connection.request("GET", path)
            body = connection.getresponse().read()
            connection.close()
            with open(os.path.join(nginx.folder, f"file/{name}.json"), "wb") as file:
                file.write(body)
            results[name] = {"bytes": len(body), "matchpoint": wrk(setup, ours.port, path, seconds),
                             "nginx": wrk(setup, nginx.port, f"/file/{name}.json", seconds)}
        return results
    finally:
        ours.stop()
        nginx.stop()
