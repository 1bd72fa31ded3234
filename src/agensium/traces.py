"""OpenTelemetry traces, for those who want them: the only home of its SDK.

It comes with ``agensium[otel]`` and is imported only when ``AGENSIUM_TRACES`` is set. A collector
that does not answer delays nobody: spans are sent by a thread of their own and dropped when there
are too many.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from agensium import __version__
from agensium.core.errors import InvalidSettings
from agensium.core.tracing import Attributes, Kind, Span, use

if TYPE_CHECKING:
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer

PATH: Final = "/v1/traces"
_PARENT: Final = "traceparent"


def set_up_traces(endpoint: str, service: str) -> Callable[[], None]:
    """Send spans to a collector from now on.

    Args:
        endpoint: its address for OTLP over HTTP, such as ``http://collector:4318``.
        service: what this process is called there, unless ``OTEL_SERVICE_NAME`` says otherwise.

    Returns:
        What sends the last spans, to be called at the end.

    Raises:
        InvalidSettings: OpenTelemetry is not installed.

    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import (
            SERVICE_NAME,
            SERVICE_VERSION,
            OTELResourceDetector,
            Resource,
        )
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise InvalidSettings(
            "AGENSIUM_TRACES is set, but OpenTelemetry is not installed.",
            hint="Install it with: pip install 'agensium[otel]'",
        ) from error
    ours = Resource.create({SERVICE_NAME: service, SERVICE_VERSION: __version__})
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()))
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + PATH)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    use(_Otel(provider.get_tracer("agensium", __version__)))
    return provider.shutdown


class _Marked:
    """A span of OpenTelemetry behind our own interface."""

    def __init__(self, span: "OtelSpan") -> None:
        self._span = span

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attributes: Attributes) -> None:
        self._span.set_attributes(dict(attributes))

    def fail(self, code: str) -> None:
        from opentelemetry.trace import StatusCode

        self._span.set_attribute("error.type", code)
        self._span.set_status(StatusCode.ERROR, code)


class _Otel:
    def __init__(self, tracer: "Tracer") -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._tracer, self._carrier = tracer, TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self, name: str, kind: Kind, parent: str | None, attributes: Attributes
    ) -> Iterator[Span]:
        from opentelemetry.trace import SpanKind

        context = None if parent is None else self._carrier.extract({_PARENT: parent})
        with self._tracer.start_as_current_span(
            name, context, SpanKind[kind.name], dict(attributes)
        ) as begun:
            yield _Marked(begun)

    def here(self) -> str | None:
        carried: dict[str, str] = {}
        self._carrier.inject(carried)
        return carried.get(_PARENT)
