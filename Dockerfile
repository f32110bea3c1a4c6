# A static program in an image that holds nothing else: no shell, no package
# manager, no root.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/aval . \
 && mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
# Time zones: brands tell hours and dates in their own.
COPY --from=build /usr/local/go/lib/time/zoneinfo.zip /usr/share/zoneinfo.zip
COPY --from=build --chown=65532:65532 /out/data /var/lib/aval
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/aval /aval
# An image is for production, so it is as strict as production. The port is
# open inside the container only; what stands before it speaks TLS.
ENV ZONEINFO=/usr/share/zoneinfo.zip \
    AVAL_MODE=production \
    AVAL_ADDR=0.0.0.0:8080 \
    AVAL_DATA=/var/lib/aval
USER 65532:65532
VOLUME /var/lib/aval
EXPOSE 8080
# No HEALTHCHECK: there is no shell here to run one, and a second process would
# not see what the server sees. Let the platform ask /healthz and /readyz.
ENTRYPOINT ["/aval"]
