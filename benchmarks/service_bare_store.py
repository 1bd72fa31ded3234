"""The bare app with its files in an S3 store, so that API and workers may run on machines apart.

Like `service_bare.py` it loses tasks with its broker or a worker. `service.py` starts it.
"""

import os
import tempfile
from pathlib import Path
from uuid import uuid4

import boto3
from celery import Celery
from fastapi import FastAPI, UploadFile

queue = Celery("bare", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
store = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT_URL"])
bucket = os.environ["S3_BUCKET_NAME"]
app = FastAPI()


@queue.task(name="bare.profile")  # type: ignore[untyped-decorator]  # Celery has no types
def profile(name: str) -> None:
    """Profile a file and keep both reports beside it, as our job does."""
    import agensium

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(store.get_object(Bucket=bucket, Key=name)["Body"].read())
        report = agensium.profile(path)
    store.put_object(Bucket=bucket, Key=f"{name}.json", Body=report.to_json().encode())
    store.put_object(Bucket=bucket, Key=f"{name}.html", Body=report.to_html().encode())


@app.post("/profile/async", status_code=202)
def submit(file: UploadFile) -> dict[str, str]:
    """Keep the file and send its name."""
    name = f"bare/{uuid4().hex}.csv"
    store.put_object(Bucket=bucket, Key=name, Body=file.file.read())
    profile.delay(name)
    return {"task_id": name}
