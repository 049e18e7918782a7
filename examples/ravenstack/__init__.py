"""A public CRM export, replayed: five CSV files in, the position of every account out.

``python -m examples.ravenstack FOLDER`` from the root of the repository. The README beside this file states the rules
by which rows become inputs, and credits the author of the data.
"""
