"""The options of reading as words: the one list that commands and pages are made from."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct, inspect

from agensium.core.errors import InvalidParams
from agensium.data.reading import ReadParams

READ: Final = "read"
PREFIX: Final = f"{READ}."
"""What the names of form fields begin with."""
NOTHING: Final = "none"
"""The word for an empty text, where that has a meaning: there is no quote, no comment."""
_MARKS: Final = {
    "tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":",
    "space": " ",
}  # fmt: skip
_SUGGESTED: Final = {
    "delimiter": (",", ";", "tab", "|"),
    "quote": ('"', "'", NOTHING),
    "escape": ("\\", NOTHING),
    "comment": ("#", NOTHING),
    "encoding": (
        "utf-8", "windows-1252", "iso-8859-1", "windows-1251", "shift_jis", "gb18030", "utf-16le",
    ),
}  # fmt: skip

Kind = Literal["text", "mark", "number", "choice", "list"]


class ReadOption(Struct, frozen=True, kw_only=True):
    """One thing that a user may say about how a file is to be read.

    Attributes:
        name: of the field of `ReadParams`.
        help: what it is, in one sentence.
        kind: what is written: a text, one character, a whole number, yes or no, or several texts.
        minimum: the least number.
        maximum: the greatest number, or the longest text.
        may_be_nothing: whether an empty text has a meaning of its own.

    """

    name: str
    help: str
    kind: Kind
    minimum: int | None = None
    maximum: int | None = None
    may_be_nothing: bool = False

    @property
    def flag(self) -> str:
        """The option of a command."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def field(self) -> str:
        """The field of a form."""
        return f"{PREFIX}{self.name}"

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name.replace("_", " ").capitalize()

    @property
    def suggested(self) -> tuple[str, ...]:
        """Usual values, as they are written."""
        return _SUGGESTED.get(self.name, ())

    def parse(self, text: str) -> object:
        """Return the value that a text means, as JSON has it.

        Raises:
            InvalidParams: it means none.

        """
        if self.kind == "number":
            return self._number(text)
        if self.kind == "choice":
            return self._choice(text)
        if self.kind == "list":
            return text.splitlines()
        if self.may_be_nothing and text.strip().lower() == NOTHING:
            return ""
        return _MARKS.get(text.strip().lower(), text) if self.kind == "mark" else text

    def text(self, value: object) -> str:
        """Return how a value is written: what `parse` takes back."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return "\n".join(str(each) for each in value)
        if value == "":
            return NOTHING
        return "tab" if value == "\t" else str(value)

    def _number(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise InvalidParams(f"{self.field}: '{text[:40]}' is not a whole number.") from None

    def _choice(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in {"yes", "true", "no", "false"}:
            raise InvalidParams(f"{self.field}: '{text[:40]}' is neither yes nor no.")
        return word in {"yes", "true"}


@cache
def read_options() -> tuple[ReadOption, ...]:
    """Return all options, in the order of `ReadParams`."""
    found = inspect.type_info(ReadParams)
    fields: Iterable[inspect.Field] = getattr(found, "fields", ())
    return tuple(_option(field) for field in fields)


def read_from_form(texts: Mapping[str, str]) -> dict[str, object]:
    """Return what the fields of a form say about reading; an empty one says nothing.

    Raises:
        InvalidParams: a field means nothing that can be.

    """
    filled = ((option, texts.get(option.field, "")) for option in read_options())
    return {option.name: option.parse(text) for option, text in filled if text}


def form_of_read(read: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of a form that say this about reading; none says nothing."""
    said = ((option, read.get(option.name)) for option in read_options())
    return {option.field: option.text(value) for option, value in said if value is not None}


def with_read(params: str, read: Mapping[str, object]) -> str:
    """Return an agent's parameters, in JSON, with these options of reading among them.

    Raises:
        InvalidParams: one of them is in both.

    """
    if not read:
        return params
    try:
        given: Any = msgspec.json.decode(params if params.strip() else "{}")
    except msgspec.DecodeError:
        return params  # whoever takes the parameters says what is wrong with them
    inside = given.get(READ, {}) if isinstance(given, dict) else None
    if not isinstance(inside, dict):
        return params
    twice = [name for name in read if name in inside]
    if twice:
        raise InvalidParams(
            f"{PREFIX}{twice[0]} is given twice: as an option and in params.", hint="Leave one out."
        )
    return msgspec.json.encode({**given, READ: {**inside, **read}}).decode()


def _option(field: inspect.Field) -> ReadOption:
    plain, about = _plain(field.type)
    text = plain if isinstance(plain, inspect.StrType) else None
    number = plain if isinstance(plain, inspect.IntType) else None
    return ReadOption(
        name=field.name,
        help=about,
        kind=_kind(plain),
        minimum=number.ge if number else None,
        maximum=number.le if number else text.max_length if text else None,
        may_be_nothing=text is not None and text.max_length is not None and not text.min_length,
    )


def _kind(plain: inspect.Type) -> Kind:
    if isinstance(plain, inspect.BoolType):
        return "choice"
    if isinstance(plain, inspect.IntType):
        return "number"
    if isinstance(plain, inspect.VarTupleType):
        return "list"
    is_mark = isinstance(plain, inspect.StrType) and plain.max_length == 1
    return "mark" if is_mark else "text"


def _plain(kind: inspect.Type, about: str = "") -> tuple[inspect.Type, str]:
    """Return a field's type without its descriptions and "or none", and its description."""
    if isinstance(kind, inspect.Metadata):
        told = (kind.extra_json_schema or {}).get("description", about)
        return _plain(kind.type, told)
    if isinstance(kind, inspect.UnionType):
        (inner,) = (each for each in kind.types if not isinstance(each, inspect.NoneType))
        return _plain(inner, about)
    return kind, about
