// The start of the dashboard: styles, the providers, the router.
import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './ui/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './client/query-client'
import { router } from './router'
import { loadAllTexts, loadTexts } from './messages/load-messages'
import { chosenLanguage } from './messages/language'
import { openSession } from './session/session'
import { nonce } from './ui/nonce'
import { colorSchemeManager, cssVariablesResolver, theme } from './ui/theme'

document.documentElement.lang = chosenLanguage()

// Scroll locks of the widgets add a style element of their own.
setNonce(nonce)

// The page that completes a sign-in opens the session itself.
if (location.pathname !== '/signed-in') void openSession()

// When the first page is likely to be there.
const idle_ms = 2000

const root = document.getElementById('root')
if (!root) throw new Error('The page has no element #root')
const app = createRoot(root)
// The texts of the frame come before anything is shown, those of all pages beside the code of the first one. A page that found its texts missing
// part by part would be seen late: React shows what had to wait at most every 300 ms.
void loadAllTexts()
void Promise.all((['ui', 'shell', 'navigation'] as const).map(loadTexts)).then(() => {
  app.render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  setTimeout(() => {
    void import('./client/download').then(({ removeOldDownloads }) => removeOldDownloads())
  }, idle_ms)
})
