FROM node:22-bookworm-slim AS ui
WORKDIR /src/app/web/ui
COPY app/web/ui/package.json app/web/ui/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY app /src/app
COPY workflows /src/workflows
RUN mkdir -p /src/app/feel && npm run build

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 UV_PROJECT_ENVIRONMENT=/srv/.venv PATH=/srv/.venv/bin:$PATH
WORKDIR /srv
RUN pip install --no-cache-dir uv==0.13.9 && useradd --system --home /srv marshrut && mkdir -p /srv/var && chown marshrut /srv/var
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
COPY --from=ui /src/app/web/static/dist app/web/static/dist
COPY --from=ui /src/app/feel/feel.js app/feel/feel.js
RUN uv sync --frozen --no-dev && python -m app.web.translations_build
USER marshrut
EXPOSE 8080
CMD ["marshrut", "web", "--host", "0.0.0.0"]
