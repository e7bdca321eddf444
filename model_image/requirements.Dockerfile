# The model image of a package that brings its own requirements: the server's code, then
# Python, all that the package locks, and the package. The build's context is the package.
ARG BASE
ARG SERVER

FROM ${SERVER} AS server

FROM ${BASE} AS build
ARG SOURCE_DATE_EPOCH=0
ENV PIP_CERT=/build/trusted.crt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONHASHSEED=0
WORKDIR /build
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca.crt \
    { cat /etc/ssl/certs/ca-certificates.crt /run/secrets/ca.crt \
        > trusted.crt 2> /dev/null || true; } \
    && python3 -m venv --without-pip /dependencies/venv \
    && python3 -m pip --python /dependencies/venv/bin/python install \
        --no-compile --no-deps --only-binary :all: --require-hashes \
        --requirement requirements.txt
COPY --from=server /app/model_image/server/image/ image/
RUN python3 -m image.dependencies /dependencies --any-code \
    && python3 -m image.root /dependencies/venv /root-fs --any-code

# A layer is the same bytes wherever it is built: no times and no modes of one checkout.
FROM ${BASE} AS package
COPY --chown=10001:10001 . /tmp/layer/model/
RUN ["python3", "-c", "import os, pathlib as p; [(os.chmod(f, 0o755 if f.is_dir() else 0o644), os.utime(f, (0, 0))) for f in sorted(p.Path('/tmp/layer').rglob('*'), reverse=True)]"]

FROM ${SERVER}
COPY --from=build /root-fs/ /
COPY --from=build /dependencies/ /
COPY --from=package /tmp/layer/ /
