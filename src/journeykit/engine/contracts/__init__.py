"""The terms of a contract: beginning one, amending its dates, giving notice (rules R8 and R11)."""
