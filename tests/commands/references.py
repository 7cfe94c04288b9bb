#!/usr/bin/env python3
"""Compares every command of the catalog for Alibaba, Huawei and Tencent Cloud with their own descriptions of their APIs.

usage: references.py [--alibaba DIR] [--huawei DIR] [--tencent DIR]

Their command lines need an account, and take their operations and options from the APIs: an option is a parameter, a
dot in it goes one level deeper, and a number is a place in a list. DIR is a checkout of
  alibaba  https://github.com/aliyun/aliyun-openapi-meta (the one that the aliyun command line is built from)
  huawei   https://github.com/huaweicloud/huaweicloud-sdk-python-v3
  tencent  https://github.com/TencentCloud/tencentcloud-cli
Operations and parameters at every level are compared, those that are required for Alibaba and Tencent, and values where
Alibaba's description lists them. A cloud without DIR is left out.
"""

import argparse
import ast
import json
import pathlib
import re
import shlex
import sys

from catalog_commands import commands

# Options of the command line itself, not of the operation.
COMMON = {"alibaba": set(), "huawei": {"cli-region"}, "tencent": {"region"}}
# The product is in the list and its operations are not described there: see the catalog's sources.
UNDESCRIBED = {"antiddos-public"}


def options_of(words):
    """Options and values: `--name value`, `--name=value`."""
    options, at = {}, 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        if not name.startswith("--"):
            raise ValueError(f"{words[at]} is no option")
        if not equals:
            at += 1
            value = words[at]
        options[name[2:]] = value
        at += 1
    return options


class Tencent:
    """tccli/services/SERVICE/VERSION/api.json; nested parameters are written as JSON."""

    def __init__(self, folder):
        self.folder = folder / "tccli" / "services"

    def complaints(self, words, options):
        service, operation = words
        versions = sorted((self.folder / service).glob("v*/api.json"))
        for path in versions:
            api = json.loads(path.read_text())
            if operation in api["actions"]:
                request = api["actions"][operation]["input"]
                values = {name: self.value(text) for name, text in options.items()}
                yield from self.members(api["objects"], request, values)
                return
        yield f"{service} has no {operation}"

    @staticmethod
    def value(text):
        try:
            return json.loads(re.sub(r":[A-Z_]+(?=[,}])", ":0", text))  # a number that the reader fills in
        except ValueError:
            return text

    def members(self, objects, kind, values):
        known = {member["name"]: member for member in objects[kind]["members"]}
        for name in known:
            if known[name].get("required") and name not in values:
                yield f"{kind} requires {name}"
        for name, value in values.items():
            if name not in known:
                yield f"{kind} has no {name}"
                continue
            member = known[name]
            if (member["type"] == "list") != isinstance(value, list):
                yield f"{name} of {kind} is of type {member['type']}"
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from self.members(objects, member["member"], one)


class Alibaba:
    """metadatas/PRODUCT/OPERATION.json; lists and objects are written with dots."""

    def __init__(self, folder):
        self.folder = folder / "en-US"
        products = json.loads((self.folder / "products.json").read_text())
        self.products = {product["code"].lower() for product in products.get("products", products)}

    def complaints(self, words, options):
        product, operation = words
        if product not in self.products:
            yield f"no product {product}"
            return
        if product in UNDESCRIBED:
            return
        path = self.folder / product / f"{operation}.json"
        if not path.exists():
            yield f"{product} has no {operation}"
            return
        api = json.loads(path.read_text())
        if api.get("deprecated"):
            yield f"{operation} is deprecated"
        parameters = {one["name"].lower(): one for one in api["parameters"]}
        given = {re.sub(r"\.\d+(\.|$)", ".", name).split(".")[0].lower() for name in options}
        for one in api["parameters"]:
            if one.get("required") and one["name"].lower() not in given:
                yield f"requires {one['name']}"
        for name, value in options.items():
            parts = re.sub(r"\.\d+(?=\.|$)", "", name).split(".")
            one = parameters.get(parts[0].lower())
            if one is None or one["name"] != parts[0]:
                yield f"has no {parts[0]}"
                continue
            for part in parts[1:]:
                if one["type"] == "Array":  # of which no member is described
                    break
                inside = {sub["name"]: sub for sub in one.get("sub_parameters", [])}
                if part not in inside:
                    yield f"{one['name']} has no {part}, only {sorted(inside)}"
                    break
                one = inside[part]
            named = re.findall(r"\*\*([A-Za-z0-9_]+)\*\*", one.get("description") or "")
            plain = not re.search(r"[{A-Z]{3}|[{\[]", value)
            if named and plain and value not in named:
                yield f"{name} {value}: the description names {sorted(set(named))}"


class Huawei:
    """The classes of huaweicloud-sdk-SERVICE; options are nested with dots, whatever the service is called."""

    SERVICES = {"Anti-DDoS": "antiddos"}

    def __init__(self, folder):
        self.folder = folder

    def complaints(self, words, options):
        service, operation = words
        operation, _, version = operation.partition("/")
        name = self.SERVICES.get(service, service.lower())
        package = self.folder / f"huaweicloud-sdk-{name}" / f"huaweicloudsdk{name}"
        method = self.module(operation)
        versions = [path for path in package.glob("v*") if not version or path.name == version]
        for path in sorted(versions, reverse=True):
            request = path / "model" / f"{method}_request.py"
            if request.exists():
                yield from self.members(path / "model", request, options)
                return
        yield f"{service} has no {operation} {version}"

    def described(self, path):
        """The types of a class's members, by the names that the API has for them."""
        fields = {}
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("openapi_types", "attribute_map"):
                fields[node.targets[0].id] = ast.literal_eval(node.value)
        return {fields["attribute_map"][attribute]: kind for attribute, kind in fields["openapi_types"].items()}

    def members(self, models, path, options):
        known = self.described(path)
        body = known.get("body")
        if body:
            known |= self.described(models / f"{self.module(body)}.py")
        for name, value in options.items():
            parts = name.split(".")
            fields = known
            for at, part in enumerate(parts):
                if part.isdigit():
                    continue
                if part not in fields:
                    yield f"{name}: no {part}, only {sorted(fields)}"
                    break
                kind = fields[part]
                if kind.startswith("list[") != (at + 1 < len(parts) and parts[at + 1].isdigit()):
                    yield f"{name}: {part} is of type {kind}"
                    break
                inner = re.sub(r"^list\[(.*)\]$", r"\1", kind)
                model = models / f"{self.module(inner)}.py"
                fields = self.described(model) if model.exists() else {}

    @staticmethod
    def module(name):
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


CLOUDS = {"alibaba": Alibaba, "huawei": Huawei, "tencent": Tencent}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for cloud in CLOUDS:
        parser.add_argument(f"--{cloud}", type=pathlib.Path, metavar="DIR")
    folders = {cloud: folder for cloud, folder in vars(parser.parse_args()).items() if folder}
    checked, wrong = 0, 0
    clouds = {cloud: CLOUDS[cloud](folder) for cloud, folder in folders.items()}
    for system, command in commands(clouds):
        words = shlex.split(command)
        options = options_of(words[3:])
        given = {name: value for name, value in options.items() if name not in COMMON[system]}
        checked += 1
        if complaints := list(clouds[system].complaints(words[1:3], given)):
            wrong += 1
            print(command, *complaints, sep="\n    ")
    print(f"{checked} commands, {wrong} do not fit their descriptions")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
