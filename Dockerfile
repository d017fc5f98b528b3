# The image of every Airflow service of docker-compose.yaml.
#
# Python's own slim image, not apache/airflow: that one brings about a hundred packages that our lock does
# not know, and installing the lock over them would leave a mixture that nobody tested. Here every package is
# pinned and hash-checked, the installer included, exactly as `make setup` and the tests have them.

FROM python:3.11.15-slim-bookworm AS packages
WORKDIR /opt/shield1367
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_LINK_MODE=copy
COPY requirements-bootstrap.txt requirements.txt ./
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-deps --require-hashes -r requirements-bootstrap.txt \
 && .venv/bin/uv pip install --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE requirements.in ./
COPY include include
# What was signed a moment ago is its owner's alone.
RUN chmod -R g=u include \
 && .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable . \
 && .venv/bin/uv pip check --python .venv/bin/python

FROM python:3.11.15-slim-bookworm
# Group 0 with the group's rights equal to the owner's, so that any user id may run it.
RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /var/lib/airflow --shell /usr/sbin/nologin shield1367 \
 && install -d -o 50000 -g 0 -m 0770 /var/lib/airflow /var/log/airflow /data /data/registry /scratch
COPY --from=packages /opt/shield1367 /opt/shield1367
COPY dags /opt/shield1367/dags
COPY plugins /opt/shield1367/plugins
COPY --chmod=0755 deploy/prepare /opt/shield1367/deploy/prepare
# Never DEV: with it Airflow prints the local variables of a failed task, that is, rows.
ENV PATH=/opt/shield1367/.venv/bin:$PATH \
    PYTHONPATH=/opt/shield1367/include \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW_HOME=/var/lib/airflow \
    SHIELD1367_HOME=/data
WORKDIR /var/lib/airflow
USER 50000:0
CMD ["airflow", "version"]
