# mailgrade in a container: docker build --build-arg COMMIT="$(git rev-parse --short HEAD)" --tag mailgrade .
#
#     docker run --rm mailgrade example.com
#
# The first stage builds the Debian package; the image is Debian with that package and what it depends on.
FROM swift:6.3-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008 # Debian's stable release pins the versions
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /mailgrade
COPY . .
# .git stays outside; who builds the image says the commit.
ARG COMMIT=""
RUN make deb

FROM debian:bookworm-slim
# hadolint ignore=DL3008 # Debian's stable release pins the versions
RUN --mount=type=bind,from=build,source=/mailgrade/.build/deb,target=/deb \
    apt-get update \
    && apt-get install -y --no-install-recommends /deb/mailgrade.deb \
    && rm -rf /var/lib/apt/lists/*
# Nobody's number: no rights are needed.
USER 10025:10025
# Files of --evidence and --format come and go through here: docker run --volume "$PWD:/work" …
WORKDIR /work
ENTRYPOINT ["mailgrade"]
