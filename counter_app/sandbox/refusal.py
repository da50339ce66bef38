"""How the sandbox says no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One wrong value: where it stands (`products[0].quantity`) and a sentence about it."""

    path: str
    message: str


class Refusal(Exception):  # noqa: N818  an answer of the provider's, nothing broke
    """An answer of HTTP status 4xx, in the error form of OSIGU's guide.

    Args:
        status: the HTTP status.
        code: the error's own code, such as `071-104`; empty where the answer has OAuth's form instead, all in `also`.
        message: one sentence for people.
        errors: the wrong fields, for a 422.
        also: further keys of the answer, such as the `dispensation_id` of a 409.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        errors: Sequence[FieldError] = (),
        also: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = tuple(errors)
        self.also = dict(also or {})
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        """The answer's JSON."""
        said: dict[str, object] = {"code": self.code, "message": self.message} if self.code else {}
        if self.errors:
            said["errors"] = [{"path": each.path, "message": each.message} for each in self.errors]
        return said | self.also


@dataclass
class Complaints:
    """Collects everything wrong with one request, so that staff correct it in one go."""

    code: str = "VALIDATION_ERROR"
    errors: list[FieldError] = field(default_factory=list)

    def add(self, path: str, message: str) -> None:
        """Note one wrong value."""
        self.errors.append(FieldError(path, message))

    def settle(self) -> None:
        """Refuse with 422 if anything was noted.

        Raises:
            Refusal: 422 with every error noted.
        """
        if self.errors:
            raise Refusal(422, self.code, _sentence(self.errors[0]), errors=self.errors)


def invalid(path: str, message: str, *, code: str = "VALIDATION_ERROR") -> Refusal:
    """A 422 about one field."""
    error = FieldError(path, message)
    return Refusal(422, code, _sentence(error), errors=(error,))


def _sentence(error: FieldError) -> str:
    return f"{error.path or 'The body'} {error.message}."


def unknown(what: str) -> Refusal:
    """A 404; `what` is a noun, such as `dispensation`."""
    return Refusal(404, "NOT_FOUND", f"There is no such {what}.")
