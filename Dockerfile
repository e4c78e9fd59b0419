# syntax=docker/dockerfile:1.7
# One binary on a small Debian: nothing but it and the certificates of the public authorities.

FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
COPY . .
# Registry and what is built are kept between builds; the binary is taken out of the cache before that goes.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin citepress && cp target/release/citepress /usr/local/bin/citepress

FROM debian:12.12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/citepress --shell /usr/sbin/nologin citepress \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/citepress
COPY --from=build /usr/local/bin/citepress /usr/local/bin/citepress
USER 10001:10001
WORKDIR /var/lib/citepress
ENV CITEPRESS_DATA=/var/lib/citepress CITEPRESS_SERVER__BIND=0.0.0.0
VOLUME /var/lib/citepress
EXPOSE 8080
# There is no curl in here: the binary asks itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["citepress", "health"]
ENTRYPOINT ["citepress"]
CMD ["serve"]
