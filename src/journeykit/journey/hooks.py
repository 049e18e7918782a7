"""What a host hears of a live journey: its records, one after the other, and what the log of the program is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType

from journeykit.engine.logs import log_records, log_refusals
from journeykit.engine.records import Record
from journeykit.errors import InputError
from journeykit.plain import in_short

__all__ = ["Hooks", "OnRecord"]

LIMIT = 1000
"""How many inputs ``on_record`` may take in while the records of one input are handed out."""
NOTES = 10
"""How many errors are told, the first included."""

OnRecord = Callable[[Record], object]
"""Takes a new record; what it returns does not matter."""


class Hooks:
    """The hooks of one journey, which tells them of each input once it stands where that has brought it.

    Three things are settled here:

    - *on_record raises.* The input is taken all the same, and the other records are handed out too; then the first
      error is raised, with a note on each of the next few. What is no ``Exception``, such as an interrupt, goes through
      at once; the records left are handed out before those of the next input that makes any.
    - *on_record takes an input in*, of this very journey. That is taken at once, and returns its records; they are
      handed out after those that were waiting already, so that records always come in their order. Of one that answers
      its own answers for ever, the input after the first ``LIMIT`` is refused, and each one after that.
    - *An input is refused.* There are no records, and the log is told. What is refused before it comes so far as to be
      an input (an instant that is none, a subject that nobody knows) is so within a ``with`` statement of this object.

    Attributes:
        is_handing_out: whether ``on_record`` is being called now.

    Args:
        account: the id of the journey's account.
        on_record: is called with each new record; None for nobody.
    """

    __slots__ = ("_account", "_answers", "_on_record", "_waiting", "is_handing_out")

    def __init__(self, account: str, on_record: OnRecord | None = None) -> None:
        self._account = account
        self._on_record = on_record
        self._waiting: deque[Record] = deque()
        self._answers = 0
        self.is_handing_out: bool = False

    def answer(self) -> None:
        """Count an input that ``on_record`` takes in.

        Raises:
            InputError: ``endless_loop``: these are too many.
        """
        self._answers += 1
        if self._answers > LIMIT:
            said = f"on_record: took in {LIMIT} inputs while the records of one were handed out"
            raise InputError("endless_loop", f"{said}; let it not answer what it has caused itself")

    def __enter__(self) -> None:
        """Begin something that may be refused."""

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        if isinstance(error, InputError):
            self.refused(error)

    def refused(self, refusal: InputError) -> None:
        """Tell of an input that was refused."""
        log_refusals(self._account, (refusal,))

    def took(self, records: tuple[Record, ...]) -> None:
        """Tell of the records of an input that was taken.

        Raises:
            Exception: whatever ``on_record`` raised first, once all records are handed out.
        """
        log_records(records)
        if self._on_record is None:
            return
        self._waiting.extend(records)
        if not self.is_handing_out:
            self._hand_out(self._on_record)

    def _hand_out(self, on_record: OnRecord) -> None:
        errors: list[Exception] = []
        self._answers = 0
        self.is_handing_out = True
        try:
            while self._waiting:
                record = self._waiting.popleft()
                try:
                    on_record(record)
                except Exception as error:  # noqa: BLE001 - raised below, once all records are handed out
                    errors.append(error)
                    if 1 < len(errors) <= NOTES:
                        errors[0].add_note(in_short(f"and for {record.id}: {type(error).__name__}: {error}", 200))
        finally:
            self.is_handing_out = False
        if errors:
            raise errors[0]
