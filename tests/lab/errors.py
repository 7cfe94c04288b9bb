"""The one error that the lab shows to a person instead of a traceback."""


class LabError(Exception):
    """What is wrong, where, and what to do; printed as `lab: MESSAGE`."""
