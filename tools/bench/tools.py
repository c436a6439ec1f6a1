"""The tools that are compared: how each is called, and what it says it found.

A tool is a name, a program, the arguments for a server, and a function that makes of its output file (versions, suites,
groups): how many of each. A suite counts once for each version that it is accepted with. None: the tool does not tell.
"""

import json
import os
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Tool:
    name: str
    program: str
    arguments: Callable  # (host, domain, output) → the rest of the command line
    read: Callable  # output's text → (versions, suites, groups)


def sslscan(text):
    test = xml.fromstring(text).find("ssltest")
    versions = [protocol for protocol in test.iter("protocol") if protocol.get("enabled") == "1"]
    groups = {group.get("name") for group in test.iter("group")}
    return len(versions), len(list(test.iter("cipher"))), len(groups)


def nmap(text):
    versions = [table for table in xml.fromstring(text).iter("table") if re.match("(TLS|SSL)v", table.get("key") or "")]
    suites = [name for table in versions for name in table.iter("elem") if name.get("key") == "name"]
    return len(versions), len(suites), None


def sslyze(text):
    result = json.loads(text)["server_scan_results"][0]["scan_result"]
    found = [
        len(answer["result"]["accepted_cipher_suites"])
        for name, answer in result.items() if name.endswith("_cipher_suites") and answer["result"]
    ]
    curves = result["elliptic_curves"]["result"] or {}
    return sum(number > 0 for number in found), sum(found), len(curves.get("supported_curves") or [])


def cryptolyzer(text):
    result = json.loads(text)
    suites = [len(answer["cipher_suites"]) for answer in result["ciphers"]]
    return len(result["versions"]["versions"]), sum(suites), len(result["curves"]["curves"])


def testssl(text):
    found = json.loads(text)
    suites = [entry["id"] for entry in found if re.match("cipher-(tls|ssl)", entry["id"])]
    versions = {suite.rsplit("_", 1)[0] for suite in suites}
    curves = next((entry["finding"].split() for entry in found if entry["id"].endswith("ECDHE_curves")), [])
    return len(versions), len(suites), len(curves)


def mailgrade(text):
    facts = {entry["fact"]: entry.get("value") or {} for entry in json.loads(text)["facts"]}
    answers = facts.get("tls.survey", {}).get("versions", {}).get("answers", [])
    versions = sum(answer["kind"] == "supported" for answer in answers)
    listed = facts.get("tls.suites", {}).get("versions")
    if listed is None:
        return versions, None, None
    groups = {group for version in listed for group in version["groups"]}
    return versions, sum(len(version["suites"]) for version in listed), len(groups)


def ours(program, resolver):
    """mailgrade twice: the grade, and everything there is to know."""

    def arguments(*more):
        return lambda _, domain, out: [
            domain, "--resolver", f"{resolver[0]}:{resolver[1]}", "--trust-anchor", os.environ["MAILGRADE_LAB_ANCHOR"],
            "--ca-file", os.environ["MAILGRADE_LAB_CA"], "--allow-addresses", os.environ["MAILGRADE_LAB_ALLOW"],
            "--helo", "tester.test", "--quiet", "--evidence", out, *more]

    return [
        Tool("mailgrade", program, arguments(), mailgrade),
        Tool("mailgrade --deep", program, arguments("--deep", "--connections-per-server", "4"), mailgrade),
    ]


peers = [
    Tool("sslscan", "sslscan", lambda host, _, out: ["--starttls-smtp", f"--xml={out}", f"{host}:25"], sslscan),
    Tool("nmap ssl-enum-ciphers", "nmap",
         lambda host, _, out: ["-Pn", "-n", "-p25", "--script", "ssl-enum-ciphers", "-oX", out, host], nmap),
    Tool("sslyze", "sslyze", lambda host, _, out: ["--starttls=smtp", f"--json_out={out}", f"{host}:25"], sslyze),
    Tool("cryptolyzer", "cryptolyze",
         lambda host, _, out: ["--output-format", "json", "tls", "all", f"smtp://{host}:25"], cryptolyzer),
    # Debian's name for testssl.sh.
    Tool("testssl.sh", "testssl",
         lambda host, _, out: ["--quiet", "--color", "0", "-t", "smtp", "-p", "-E", "-f", "--jsonfile", out, f"{host}:25"],
         testssl),
]
