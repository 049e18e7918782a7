"""The terms of a contract: how one begins, how its end is amended, how notice is given (rules R8 and R11)."""
