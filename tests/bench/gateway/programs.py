"""Processes of the benchmark: started on cores of their own, spoken to in lines, ended by their own pid."""

import json
import os
import signal
import socket
import subprocess
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BIN = os.path.join(ROOT, "build/release/bin")


class BenchError(Exception):
    pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise BenchError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Program:
    def __init__(self, name, command, cores, log, **options):
        self.name = name
        self.log = log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(command, stderr=errors, preexec_fn=lambda: os.sched_setaffinity(0, cores), **options)

    @property
    def pid(self):
        return self.process.pid

    def check(self):
        if self.process.poll() is not None:
            with open(self.log, errors="replace") as log:
                raise BenchError(f"{self.name} ended with status {self.process.returncode}:\n" + "".join(log.readlines()[-5:]))
        return True

    def stop(self, patience=10):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


class Talker(Program):
    """A part of gateway_bench that answers each line with a JSON object on a line."""

    def __init__(self, arguments, cores, log):
        command = [os.path.join(BIN, "gateway_bench"), *map(str, arguments)]
        super().__init__(f"gateway_bench {arguments[0]}", command, cores, log, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # answer() tells why
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.check()
        return json.loads(line)

    def stop(self, patience=10):
        if self.process.poll() is None:
            try:
                self.process.stdin.write("stop\n")
                self.process.stdin.close()
                self.process.wait(patience)
            except (BrokenPipeError, subprocess.TimeoutExpired):
                pass
        super().stop(patience)


def bench_command(arguments, cores, log):
    """Runs a part of gateway_bench to its end; what it said."""
    talker = Talker(arguments, cores, log)
    answer = talker.answer()
    talker.stop()
    return answer
