import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npx vite sandbox/slack/page` serves the page with hot reload beside a sandbox that runs on its usual port. */
const SANDBOX = 'http://127.0.0.1:7070'

// Vite takes a configuration only as the default export.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 2_000 },
  server: { proxy: { '/sandbox': SANDBOX, '/files': SANDBOX } },
})
