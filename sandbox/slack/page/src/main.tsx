import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import 'slack-blocks-to-jsx/dist/style.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/sidebar.css'
import './styles/messages.css'
import './styles/blocks.css'
import './styles/composer.css'
import './styles/dialogs.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
