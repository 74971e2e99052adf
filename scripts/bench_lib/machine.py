"""What kind of machine it was: never which one."""

import os
import platform
import re
import subprocess
from pathlib import Path


def describe(work):
    """CPU model, cores, memory, kernel, system and file system."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    release = re.search(r'^PRETTY_NAME="?([^"\n]*)', Path("/etc/os-release").read_text(), re.M)
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": int(memory.group(1)) * 1024 if memory else 0,
        "kernel": re.match(r"[\d.]*\d|", platform.release()).group(),
        "system": release.group(1) if release else platform.system(),
        "fileSystem": file_system(work),
    }


def _cpu():
    said = _output(["lscpu"])
    model = re.search(r"^Model name:\s*(.*)$", said, re.M)
    return re.sub(r"\s+", " ", model.group(1)).strip() if model else platform.machine()


def file_system(work):
    types = _output(["findmnt", "-n", "-o", "FSTYPE", "-T", str(work)]).split()
    return types[-1] if types else "?"  # the last is mounted on top


def _output(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"}).stdout
    except FileNotFoundError:
        return ""
