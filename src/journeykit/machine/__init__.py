"""The machine: a profile compiled to the tables and closures that a step reads, and the snapshot that a step writes.

Start with ``compiler`` (how a profile becomes a machine), ``topics`` (why a step judges so little of it), ``tables``
(what it reads) and ``snapshot`` (what it writes).
"""
