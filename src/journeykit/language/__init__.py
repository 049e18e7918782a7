"""From the YAML text of a profile to a resolved ``Profile``. The entry point is ``catalog``."""
