"""Kills the service in the middle of runs, again and again: whoever was told of a run finds it afterwards, with its result.

    kill.py SERVE MAILGRADED FOLDER [ROUNDS]
"""
import json
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

serve, mailgraded, folder = sys.argv[1:4]
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 10
address = "http://127.0.0.1:8082"
domains = [f"{name}.test" for name in (
    "tls-all modern expired late-greeting several-servers one-open-relay dual-no-route greylisting null-mx dane-sts".split())]
chance = random.Random(1)
failures = 0


def expect(holds, sentence):
    global failures
    print(f"  {'ok' if holds else 'FAILED'}: {sentence}", flush=True)
    failures += not holds


def start():
    process = subprocess.Popen(
        [serve, mailgraded, "--listen", "127.0.0.1:8082", "--store", f"{folder}/killed", "--config", f"{folder}/killed.yaml"],
        stderr=open(f"{folder}/killed.log", "a"))
    for _ in range(400):
        try:
            ask("/readyz")
            return process
        except OSError:
            time.sleep(0.025)
    sys.exit("The service does not start.")


def ask(path, body=None):
    request = urllib.request.Request(address + path, json.dumps(body).encode() if body else None, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def settled(runs, seconds=60):
    """How each run ended, once all have, or time is up."""
    states, end = {}, time.monotonic() + seconds
    while time.monotonic() < end:
        for run in runs:
            if states.get(run) not in ("done", "left-alone", "failed"):
                try:
                    states[run] = json.loads(ask(f"/api/v1/runs/{run}"))["state"]
                except urllib.error.HTTPError:
                    states[run] = "lost"
        if all(states[run] in ("done", "left-alone", "failed", "lost") for run in runs):
            break
        time.sleep(0.1)
    return states


with open(f"{folder}/killed.yaml", "w") as file:
    file.write("schema: 1\nlimits: { runs: 4, runs-per-client: 100, runs-per-client-and-hour: 100000, cool-down: 1s }\n")

told, killed = set(), 0
service = start()
for number in range(rounds):
    for domain in chance.sample(domains, 6):
        try:
            told.add(json.loads(ask("/api/v1/runs", {"domain": domain}))["id"])
        except OSError:
            break
    time.sleep(chance.random() * 1.5)
    service.send_signal(signal.SIGKILL)
    service.wait()
    killed += 1
    service = start()
states = settled(told)
expect(all(state == "done" for state in states.values()), f"{killed} kills, {len(told)} runs that somebody was told of: each has its result")

runs = {json.loads(ask("/api/v1/runs", {"domain": domain}))["id"] for domain in ("modern.test", "late-greeting.test")}
time.sleep(0.2)
service.send_signal(signal.SIGTERM)
expect(service.wait(60) == 0, "SIGTERM ends it with 0")
service = start()
states = {run: json.loads(ask(f"/api/v1/runs/{run}"))["state"] for run in runs}
expect(set(states.values()) == {"done"}, "and the runs that went on have ended first")
service.send_signal(signal.SIGTERM)
service.wait(60)
sys.exit(1 if failures else 0)
