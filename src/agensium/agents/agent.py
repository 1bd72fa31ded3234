"""What an agent is: a frozen value that names its inputs and parameters and holds a function."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from agensium.core.errors import InvalidParams, InvalidRequest
from agensium.core.report import Report
from agensium.data.dataset import Dataset
from agensium.data.typed import MemoryTable

P = TypeVar("P", bound=msgspec.Struct)


class InputRole(Struct, frozen=True):
    """One file that an agent takes: the name of its form field, and what it is for."""

    name: str
    summary: str
    required: bool = True


class Inputs(Struct, frozen=True):
    """The tables that an agent was given, by role."""

    datasets: Mapping[str, Dataset | MemoryTable]

    def __getitem__(self, role: str) -> Dataset | MemoryTable:
        """Return the dataset in this role.

        Raises:
            InvalidRequest: nothing was given in this role.

        """
        if role not in self.datasets:
            raise InvalidRequest(f"The agent needs a file in the field '{role}'.")
        return self.datasets[role]


class Outcome(Struct, frozen=True):
    """What an agent returns."""

    report: Report


class Agent(Struct, Generic[P], frozen=True):
    """An agent: routes, forms, commands and documentation follow from this declaration.

    Attributes:
        name: the word in ``POST /{name}/async`` and in ``agensium {name}``.
        version: changes whenever the same input may give another report.
        title: what people call it.
        summary: what question it answers, in one sentence.
        inputs: the files that it takes.
        params: the frozen struct of its parameters, each with a default.
        run: the function itself: no clock, no network, no environment.

    """

    name: str
    version: str
    title: str
    summary: str
    inputs: tuple[InputRole, ...]
    params: type[P]
    run: Callable[[Inputs, P], Outcome]

    def parse_params(self, text: bytes | str) -> P:
        """Return the parameters in this JSON; blank text means all defaults.

        Raises:
            InvalidParams: not JSON, an unknown name, or a value of the wrong type.

        """
        try:
            return msgspec.json.decode(text if text.strip() else b"{}", type=self.params)
        except msgspec.ValidationError as error:
            raise InvalidParams(f"params: {error}.", hint=self._params_hint()) from error
        except msgspec.DecodeError as error:
            hint = "Send one JSON object, such as {}."
            raise InvalidParams(f"params is not valid JSON: {error}.", hint=hint) from error

    def params_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the parameters."""
        return msgspec.json.schema(self.params)

    def _params_hint(self) -> str:
        return f"'{self.name}' takes: {', '.join(self.params.__struct_fields__)}."
