"""The commands that the catalog has for a cloud."""

import pathlib

CATALOG = pathlib.Path(__file__).parents[2] / "src" / "cause" / "catalog"


def commands(systems):
    """(system, command) of all catalog files, each once."""
    import yaml

    found = {}
    for path in sorted(CATALOG.glob("*.yaml")):
        file = yaml.safe_load(path.read_text())
        entries = file.get("logs", [])
        for cause in file.get("causes", []):
            entries += cause["checks"] + cause.get("fixes", [])
        for one in entries:
            if one["system"] in systems:
                found[one["system"], one["command"]] = None
    return list(found)
