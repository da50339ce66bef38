"""The words for where a case stands: its steps, what can be done to it, what it waits for, how it ended."""

from enum import IntEnum, StrEnum


class Step(IntEnum):
    """The five steps of the job; the wizard's pages carry the same numbers."""

    BENEFICIARY = 1
    PRESCRIPTION = 2
    INDICATION = 3
    COMPLETE = 4
    DISPENSE = 5


class Operation(StrEnum):
    """What can be done to a case."""

    SEARCH = "search"
    CREATE = "create"
    ATTACH = "attach"
    COMPLETE = "complete"
    READ_DECISION = "read_decision"
    START = "start"
    SEND_OTP = "send_otp"
    VALIDATE_OTP = "validate_otp"
    FINISH = "finish"
    CANCEL = "cancel"
    LOOK_UP = "look_up"


# The operations whose repetition could do something twice (contract: "A write ... is never repeated blindly").
WRITES = frozenset(
    {
        Operation.CREATE,
        Operation.ATTACH,
        Operation.COMPLETE,
        Operation.START,
        Operation.SEND_OTP,
        Operation.FINISH,
        Operation.CANCEL,
    }
)


# The writes that OSIGU can be asked about afterwards. The others are harmless to repeat: a request that is never
# completed authorizes nothing, a second start of a code is answered with 409 and the first one's id, a new OTP
# replaces the old one.
LOOKED_UP = frozenset({Operation.COMPLETE, Operation.FINISH, Operation.CANCEL})

# What staff type that never reaches the disk: the patient's one-time code.
SECRET_DRAFTS = frozenset({"otp"})


class Standing(StrEnum):
    """What a case waits for; the groups of the sidebar."""

    SERVING = "serving"
    WAITING = "waiting"
    READY = "ready"
    CLOSED = "closed"


class Ending(StrEnum):
    """How a case ended."""

    DISPENSED = "dispensed"
    REJECTED = "rejected"
    ABANDONED = "abandoned"
