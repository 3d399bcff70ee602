# One image for web, worker and beat; docker-compose.yml says which command each of them runs.

FROM node:22-slim AS browser-packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/proofline \
    STATIC_DIR=/srv/static \
    BIND=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --from=browser-packages /app/node_modules ./node_modules
COPY . .
RUN useradd --system --uid 10001 --no-create-home proofline \
    && install -d -o proofline -g proofline /var/lib/proofline /srv/static
USER proofline
# The three values only let the settings load; nothing is connected to, and nothing of them stays in the image.
RUN SECRET_KEY=only-while-the-image-is-being-built-0000 DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input
VOLUME /var/lib/proofline
EXPOSE 8000
CMD ["gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
