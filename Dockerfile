# One image for bot and worker; docker-compose.yml says which of them a container is.
FROM node:20-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# No package that Flytt runs on needs an install script. Not `npm ci`: it refuses a lock file that leaves out the optional
# packages of other platforms; what the lock file names is installed as it says either way.
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY commands ./commands
COPY jobs ./jobs
RUN npm run build

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
USER node
STOPSIGNAL SIGTERM
CMD ["node", "dist/src/main.js"]
