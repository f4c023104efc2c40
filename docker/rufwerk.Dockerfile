# The Python processes: the portal (ivr), the switchboard with the web (cti), what may take its time (jobs), and the steps before them. Built from the repository's root.
FROM python:3.12-slim-bookworm AS build

ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY domain domain
COPY actions actions
COPY prompts prompts
COPY dialplans dialplans
COPY cti cti
COPY ivr ivr
COPY storage storage
COPY phone phone
COPY desktop desktop
COPY crm_bridge crm_bridge
COPY sheets sheets
COPY campaigns campaigns
COPY reporting reporting
COPY rufwerk rufwerk
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim-bookworm

# One user id in both images, since home and cache are shared and readable for their owner alone.
RUN groupadd --gid 10001 rufwerk \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/rufwerk --no-create-home rufwerk \
    && install -d -m 0700 -o 10001 -g 10001 /var/lib/rufwerk /var/cache/rufwerk
COPY --from=build /app/.venv /app/.venv
COPY tenants /etc/rufwerk/tenants
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    RUFWERK_HOME=/var/lib/rufwerk \
    RUFWERK_CACHE=/var/cache/rufwerk \
    RUFWERK_TENANTS=/etc/rufwerk/tenants
WORKDIR /var/lib/rufwerk
USER 10001:10001
CMD ["python", "-m", "rufwerk.ivr_process"]
