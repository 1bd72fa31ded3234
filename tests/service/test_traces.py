"""Traces of OpenTelemetry, received as a collector receives them: OTLP over HTTP, in protobuf."""

import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.service.harness import AGENSIUM, clean_environment, make_service, running

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@dataclass(frozen=True)
class Seen:
    """A span as it arrived."""

    name: str
    service: str
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: dict[str, str]


class Collector(ThreadingHTTPServer):
    """Takes traces and remembers them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[Seen] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                said = {
                    each.key: each.value.string_value or str(each.value.int_value)
                    for each in span.attributes
                }
                self.seen.append(
                    Seen(
                        span.name,
                        named["service.name"],
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        span.parent_span_id.hex(),
                        span.status.code == 2,
                        said,
                    )
                )

    def wait_for(self, *names: str) -> dict[str, Seen]:
        """Return the spans of our trace by name, once all of these are here."""
        for _ in range(1200):
            ours = {each.name: each for each in self.seen if each.trace == TRACE}
            if set(names) <= ours.keys():
                return ours
            time.sleep(0.05)
        raise AssertionError(self.seen)


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.take(ExportTraceServiceRequest.FromString(body))
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings(url: str) -> dict[str, str]:
    return {
        "AGENSIUM_TRACES": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }


@pytest.mark.parametrize("mode", ["embedded", "server"])
def test_a_trace_goes_from_the_request_to_the_job(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest, collector: Collector
) -> None:
    environment = {} if mode == "embedded" else request.getfixturevalue("server_environment")
    workers = 0 if mode == "embedded" else 1
    with running(make_service(tmp_path, environment | settings(collector.url), workers)) as service:
        answer = httpx2.post(
            f"{service.url}/profile/async?reuse=false",
            files={"file": ("t.csv", b"a,b,c\n")},  # no rows: it fails
            headers={"traceparent": f"00-{TRACE}-{SPAN}-01"},
            timeout=60,
        )
        task_id = answer.json()["task_id"]
        service.finished(task_id)
        spans = collector.wait_for("POST /profile/async", "task profile", "job")
    request_span, task, job = (
        spans[name] for name in ("POST /profile/async", "task profile", "job")
    )
    assert (request_span.parent, task.parent, job.parent) == (SPAN, request_span.id, task.id)
    assert request_span.service == "agensium-api"
    assert task.service == ("agensium-worker" if workers else "agensium-api")
    assert request_span.attributes["http.response.status_code"] == "202"
    assert task.attributes["agensium.task"] == task_id
    assert task.attributes["error.type"] == "no_rows"
    assert (request_span.failed, task.failed, job.failed) == (False, True, True)


def test_a_collector_that_is_away_keeps_nobody_waiting(tmp_path: Path) -> None:
    with running(make_service(tmp_path, settings("http://127.0.0.1:1"))) as service:
        assert service.finished(service.submit(b"a,b\n1,2\n"))["status"] == "SUCCESS"
        assert service.api.stop() == 0


def test_without_the_wish_nothing_of_it_is_imported() -> None:
    code = (
        "import sys, agensium.server.serve, agensium.worker.server, agensium.tasks.run\n"
        "print(*[name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""


def test_a_wish_without_an_address_is_refused(tmp_path: Path) -> None:
    environment = {"AGENSIUM_TRACES": "true", "AGENSIUM_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [AGENSIUM, "serve", "--port", "8999"],
        env=clean_environment(environment), capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in done.stderr
