"""Lets Debian 12's az find Azure's modules, which that release packages in other versions than az asks for.

azure-cli 2.45 imports azure.mgmt.network.v2022_01_01 and the like; python3-azure has other ones, and none of it says
anything about how a command line is parsed. Whatever is missing is looked for without a version, then in the newest.
Python imports this module by its name when its folder is on PYTHONPATH.
"""

import importlib
import importlib.abc
import importlib.util
import pathlib
import re
import sys


class OtherVersion(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Asked last, for what nobody else found."""

    VERSIONED = re.compile(r"(azure\.mgmt\.(?:network|compute))\.v20\d\d_\d\d_\d\d(\..*)?")

    def find_spec(self, name, _path, _target=None):
        return importlib.util.spec_from_loader(name, self) if self.VERSIONED.fullmatch(name) else None

    def create_module(self, spec):
        package, inner = self.VERSIONED.fullmatch(spec.name).groups("")
        folder = pathlib.Path(importlib.import_module(package).__path__[0])
        newest = max(path.name for path in folder.glob("v20??_??_??"))
        at_hand = package + inner
        if not inner or importlib.util.find_spec(at_hand) is None:
            at_hand = f"{package}.{newest}{inner}"
        return importlib.import_module(at_hand)

    def exec_module(self, module):
        """It ran when it was imported."""


sys.meta_path.append(OtherVersion())
