# The Node that the tests run on: the version of the `node` package in package.json.
FROM node:24.21.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# `--build-arg OMIT=optional` leaves out the SDKs of SMS providers (docs/sms.md#the-image).
ARG OMIT=
# Without scripts: no dependency runs code here, and none needs a compiler.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund ${OMIT:+--omit=$OMIT}

FROM node:24.21.0-slim
LABEL org.opencontainers.image.title="Countersign" \
      org.opencontainers.image.description="Passwordless OpenID Connect authorization server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-slim"
ENV NODE_ENV=production \
    STORE_URL=sqlite:/data/countersign.db \
    DATA_DIRECTORY=/data
# A volume that is made from it has this owner.
RUN install -d -o node -g node -m 700 /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json package-lock.json ./
COPY bin bin
COPY config config
COPY views views
COPY src src
# `node` of the base image, as numbers: an orchestrator can see that it is not root. Nothing under /app belongs to it.
USER 1000:1000
VOLUME /data
EXPOSE 3000
# Readiness falls, requests under way finish, everything is closed (docs/containers.md#stopping).
STOPSIGNAL SIGTERM
# Whether to restart it; whether to send it requests is asked at /health/ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/countersign.mjs"]
CMD ["start"]
