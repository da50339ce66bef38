"""The book of what the worker can be asked to do: operations on a case, and questions beside one."""

from collections.abc import Awaitable, Callable, Mapping

from counter_app.case import Operation
from counter_app.models import Topic
from counter_app.operations import (
    beneficiary,
    complete,
    diagnoses,
    dispense,
    indication,
    keeping,
    look_up,
    prescription,
    preview,
)
from counter_app.operations.performing import Work

OPERATIONS: Mapping[Operation, Work] = {
    Operation.SEARCH: beneficiary.search,
    Operation.CREATE: prescription.create,
    Operation.ATTACH: indication.attach,
    Operation.COMPLETE: complete.complete,
    Operation.READ_DECISION: complete.read_decision,
    Operation.START: dispense.start,
    Operation.SEND_OTP: dispense.send_otp,
    Operation.VALIDATE_OTP: dispense.validate_otp,
    Operation.FINISH: dispense.finish,
    Operation.CANCEL: dispense.cancel,
    Operation.LOOK_UP: look_up.look_up,
}

QUESTIONS: Mapping[Topic, Callable[..., Awaitable[object]]] = {
    Topic.FORMS: beneficiary.forms,
    Topic.RULES: beneficiary.rules,
    Topic.POLICY: indication.policy,
    Topic.PRODUCTS: prescription.products,
    Topic.DIAGNOSES: diagnoses.diagnoses,
    Topic.PREVIEW: preview.preview,
    Topic.CASES: keeping.cases,
    Topic.KEEP: keeping.keep,
    Topic.KEEP_DRAFT: keeping.keep_draft,
    Topic.FIND: keeping.find,
    Topic.JOURNAL: keeping.notices,
    Topic.WIPE: keeping.wipe,
}
