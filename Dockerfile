# musivid in a container:
#
#   docker build -t musivid .
#   docker run --rm --init -v "$PWD:/work" musivid video song.mp3
#
# Build arguments:
#   DEVICE=cpu|cuda      cuda asks the container runtime for the GPU and its driver
#   BASE                 another image with Python 3.11 or 3.12
#   PIP_INDEX_URL, PIP_EXTRA_INDEX_URL
#                        pip's own settings: a mirror, or an index with builds of PyTorch for CPUs only,
#                        which make the image some 4 GB smaller. Put no passwords into them.
# docs/farm.md says more.
ARG BASE=python:3.12-slim
ARG DEVICE=cpu

# What the wheel is made of; this stage is thrown away.
FROM ${BASE} AS wheel
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY configs configs
COPY models models
COPY musivid musivid
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

# The libraries, which change seldom: their layer is made anew only when these two files change.
FROM ${BASE} AS libraries
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
WORKDIR /source
COPY pyproject.toml ./
COPY constraints constraints
RUN python -m venv /opt/musivid \
    && python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > /tmp/libraries.txt \
    && constraints="constraints/py$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt" \
    && /opt/musivid/bin/pip install --no-cache-dir --requirement /tmp/libraries.txt --constraint "$constraints"

FROM ${BASE} AS cpu
# Any user may be given with --user: the home and the folder of models can be written by all.
RUN useradd --uid 1000 --non-unique --no-create-home --home-dir /home/musivid musivid \
    && install --directory --mode=1777 /home/musivid /models /work
COPY --from=libraries /opt/musivid /opt/musivid
RUN --mount=type=bind,from=wheel,source=/dist,target=/tmp/dist \
    /opt/musivid/bin/pip install --no-cache-dir --no-deps /tmp/dist/*.whl
ENV PATH=/opt/musivid/bin:$PATH \
    HOME=/home/musivid \
    USER=musivid \
    MUSIVID_MODELS=/models
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["musivid"]
CMD ["--help"]

FROM cpu AS cuda
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

FROM ${DEVICE}
