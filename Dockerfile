# docker build -t krug . && docker run --rm -v "$PWD:/repository:ro" krug lint
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    gcc libc6-dev cmake make pkg-config libyaml-dev libpcre2-dev liblua5.4-dev dpkg-dev file
COPY . /krug
WORKDIR /krug
RUN cmake --preset release && cmake --build build --parallel && cmake --build build --target package

FROM debian:12-slim
COPY --from=build /krug/build/*.deb /tmp/
# git is what --since and --staged ask
RUN apt-get update && apt-get install -y --no-install-recommends git /tmp/*.deb \
    && rm -rf /var/lib/apt/lists/* /tmp/*.deb \
    && git config --system --add safe.directory '*'
USER nobody
WORKDIR /repository
ENTRYPOINT ["krug"]
CMD ["lint"]
