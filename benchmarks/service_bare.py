"""The bare app that the service is measured beside: what most people write first.

It keeps files in a folder, and loses tasks with its broker or a worker. `service.py` starts it.
"""

import os
from pathlib import Path
from uuid import uuid4

from celery import Celery
from fastapi import FastAPI, UploadFile

queue = Celery("bare", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
folder = Path(os.environ["BARE_FOLDER"])
app = FastAPI()


@queue.task(name="bare.profile")  # type: ignore[untyped-decorator]  # Celery has no types
def profile(name: str) -> None:
    """Profile a file and keep both reports beside it, as our job does."""
    import agensium

    report = agensium.profile(folder / name)
    (folder / f"{name}.json").write_text(report.to_json())
    (folder / f"{name}.html").write_text(report.to_html())


@app.post("/profile/async", status_code=202)
def submit(file: UploadFile) -> dict[str, str]:
    """Keep the file and send its name."""
    name = f"{uuid4().hex}.csv"
    (folder / name).write_bytes(file.file.read())
    profile.delay(name)
    return {"task_id": name}
