"""The shape of a profile: its keys and short forms as pydantic models, and the check of a tree against them."""
