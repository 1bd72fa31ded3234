"""One large upload through the API beside boto3 straight to the same store."""

import statistics
import tempfile
import time
from pathlib import Path

from service_sites import bucket_of
from upload import MEGABYTE, row_block, server_environment, upload_to

from tests.service.harness import make_service, running


def compare_uploads(megabytes: int, rounds: int) -> None:
    """Measure both in turn and print their rates."""
    block = b"id,number,name,date\n" + row_block()
    data = (block * (megabytes * MEGABYTE // len(block) + 1))[: megabytes * MEGABYTE]
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder, server_environment() as environment:
        client = bucket_of(environment).client()
        service = make_service(Path(folder), {**environment, "AGENSIUM_LOG_LEVEL": "WARNING"})
        with running(service):
            for number in range(rounds):
                began = time.perf_counter()
                with tempfile.TemporaryFile() as file:
                    file.write(data)
                    file.seek(0)
                    began = time.perf_counter()
                    client.upload_fileobj(file, environment["S3_BUCKET_NAME"], f"bench/{number}")
                theirs.append(megabytes / (time.perf_counter() - began))
                began = time.perf_counter()
                upload_to(service.url, data)
                ours.append(megabytes / (time.perf_counter() - began))
    rate, straight = statistics.median(ours), statistics.median(theirs)
    print(f"upload of {megabytes} MB: {rate:.0f} MB/s by the API, {straight:.0f} MB/s by boto3")
    print(f"  that is {100 * rate / straight:.0f} %")
