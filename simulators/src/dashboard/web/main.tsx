// First, before any schema is made.
import './world/no-eval.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startWords } from './words/i18n.ts'
import './styles/base.css'
import './styles/forecourt.css'
import './styles/panels.css'
import './styles/motion.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
await startWords()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
