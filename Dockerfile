# The service, its worker and its command line: one image, no compiler in it, no root.

# --- the locked packages, in a virtual environment that the last stage copies
FROM python:3.13-slim-trixie AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/run.txt ./
RUN python -m venv --without-pip /opt/agensium \
    && pip --python /opt/agensium/bin/python install --require-hashes --only-binary :all: -r run.txt

# --- the package itself, with its native kernel
FROM rust:1.95-slim-trixie AS wheel
# The kernel needs only Python's stable interface, so this stage needs no Python.
ENV PYO3_NO_PYTHON=1
WORKDIR /build
COPY --from=packages /opt/agensium/bin/maturin /usr/local/bin/maturin
COPY pyproject.toml README.md LICENSE ./
COPY rust rust
COPY src src
RUN maturin build --release --locked --out /wheels

# --- both together; the build tool stays behind
FROM packages AS installed
COPY --from=wheel /wheels /wheels
RUN pip --python /opt/agensium/bin/python install --no-deps --no-index /wheels/*.whl \
    && pip --python /opt/agensium/bin/python uninstall --yes maturin

# --- what runs
FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Agensium" \
      org.opencontainers.image.description="Self-hosted data quality" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 agensium \
    && useradd --uid 10001 --gid agensium --no-create-home --home-dir /data \
        --shell /usr/sbin/nologin agensium \
    && install --directory --owner=agensium --group=agensium /data /scratch
COPY --from=installed /opt/agensium /opt/agensium
ENV PATH=/opt/agensium/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AGENSIUM_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["agensium", "serve", "--host", "0.0.0.0", "--port", "8000"]
