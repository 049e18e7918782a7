"""One input to rest: the rules of movement. Their table stands at the head of ``step``."""
