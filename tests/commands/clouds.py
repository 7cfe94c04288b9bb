#!/usr/bin/env python3
"""Lets the clouds' own command lines parse every command that the catalog has for them.

usage: clouds.py [TEXT]    only commands that contain TEXT

Each runs in a network namespace of its own, without credentials: a command that parses gets as far as asking for them;
one with an unknown option or value does not. A command line that
is not installed is skipped; without any, or without root, the exit status is 77, which ctest takes for skipped.
"""

import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from catalog_commands import commands

SKIPPED = 77
DEBIAN_AZ = pathlib.Path(__file__).parent / "debian_az"

# What a command line that has parsed everything says, in want of credentials.
PARSED = {
    "aws": "Unable to locate credentials",
    "azure": "az login",
    "gcp": "You do not currently have an active account selected",
}
PROGRAMS = {"aws": "aws", "azure": "az", "gcp": "gcloud"}
# The aws 2.9 of Debian 12 does not know them.
YOUNGER = ("associate-nat-gateway-address", "describe-listener-attributes", "modify-listener-attributes")
# Debian 12's az knows the command, but cannot read which arguments the function behind it has.
UNREADABLE = "the following arguments are required: --args"
# In extensions, which would have to be downloaded; checked against their reference, see the sources.
EXTENSIONS = ("az network firewall ", "az monitor log-analytics query ")

VALUES = {
    "client": "10.9.1.2", "server": "10.9.2.2", "ipv4_client": "10.9.1.2", "ipv4_server": "10.9.2.2",
    "source": "10.9.1.2/32", "ipv4_source": "10.9.1.2/32", "ipv6_source": "fd09:1::2/128", "server_port": "443",
    "transport": "tcp", "upper_transport": "TCP", "transport_number": "6", "eni_filter": "addresses.private-ip-address",
}  # fmt: skip
RESOURCE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/r/providers/Microsoft.Network/{}/x"
WORDS = {"PRIORITY": "100", "RULE_NUMBER": "100", "SECONDS": "350", "MINUTES": "15", "CLIENT_NETWORK": "10.9.1.0/24",
         "START": "2026-01-01T00:00:00Z", "END": "2026-01-01T00:10:00Z", "REGION": "us-east1", "ZONE": "us-east1-b",
         "PUBLIC_IP_ID": RESOURCE.format("publicIPAddresses"), "LOAD_BALANCER_ID": RESOURCE.format("loadBalancers"),
         "WORKSPACE_ID": "00000000-0000-0000-0000-000000000000",
         "SUBSCRIPTION": "00000000-0000-0000-0000-000000000000"}  # fmt: skip


def complete(command, files):
    command = re.sub(r"\{([a-z0-9_]+)\}", lambda match: VALUES[match[1]], command)
    command = command.replace("file://RULES", f"file://{files}/rules")
    return re.sub(r"\b[A-Z][A-Z_]{2,}\b", lambda match: WORDS.get(match[0], match[0]), command)


def single_commands(command):
    """The command itself and those inside it; what stands around them is the shell's business."""
    inner = re.compile(r"\$\(([^()]*)\)")
    while match := inner.search(command):
        yield from single_commands(match[1])
        command = command.replace(match[0], "subnet-1")
    yield from (part.strip() for part in re.split(r" \| (?=tr )", command)[:1])


def run_alone(words, home):
    environment = {"HOME": home, "PATH": os.environ["PATH"], "AWS_DEFAULT_REGION": "us-east-1",
                   "AWS_EC2_METADATA_DISABLED": "true", "AZURE_CORE_COLLECT_TELEMETRY": "no",
                   "CLOUDSDK_CORE_PROJECT": "p", "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
                   "CLOUDSDK_CORE_DISABLE_PROMPTS": "1", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1"}  # fmt: skip
    if words[0] == "az":
        environment["PYTHONPATH"] = str(DEBIAN_AZ)
    return subprocess.run(["unshare", "-n", *words], env=environment, capture_output=True, text=True)


def complaint(system, command, home):
    """Why the command does not parse; empty when it does, none where this command line cannot tell."""
    if command.startswith(EXTENSIONS):
        return None
    ran = run_alone(shlex.split(command), home)
    if PARSED[system] in ran.stderr:
        return ""
    if UNREADABLE in ran.stderr:
        return None
    if "Traceback" in ran.stderr:
        return "the program itself failed: " + re.findall(r"^\w*Error: .*", ran.stderr, re.M)[-1]
    if "Invalid choice" in ran.stderr and any(f" {word} " in command for word in YOUNGER):
        return None
    return (ran.stderr or ran.stdout).strip()[-400:]


def main():
    present = {system for system, program in PROGRAMS.items() if shutil.which(program)}
    if not present or os.geteuid() != 0:
        print("skipped: needs root, and aws, az or gcloud")
        return SKIPPED
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = 0
    with tempfile.TemporaryDirectory() as home, concurrent.futures.ThreadPoolExecutor(2) as pool:
        pathlib.Path(home, "rules").write_text("pass tcp 10.9.1.2 any -> 10.9.2.2 443 (sid:1;)\n")
        work = {}
        for system, command in commands(PROGRAMS):
            if system in present and wanted in command:
                for one in single_commands(complete(command, home)):
                    work[one] = pool.submit(complaint, system, one, home)
        for command, result in work.items():
            if result.result():
                failed += 1
                print(f"{command}\n    {result.result()}\n")
        untold = sum(result.result() is None for result in work.values())
        print(f"{len(work)} commands, {failed} do not parse, {untold} cannot be told by these command lines")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
