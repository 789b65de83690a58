import type { CheckoutServer } from './checkout-server.ts'
import type { Chapter } from './chapter.ts'
import { adminSetup } from './chapters/admin-setup.ts'
import { clients } from './chapters/clients.ts'
import { connections } from './chapters/connections.ts'
import { legacyMode } from './chapters/legacy-mode.ts'
import { locks } from './chapters/locks.ts'
import { logins } from './chapters/logins.ts'
import { logs } from './chapters/logs.ts'
import { outages, overload } from './chapters/outages.ts'
import { pages } from './chapters/pages.ts'
import { reset, tickets } from './chapters/reset.ts'
import { rules } from './chapters/rules.ts'
import { signUp } from './chapters/sign-up.ts'
import { tenants } from './chapters/tenants.ts'
import { refreshTokens } from './chapters/refresh-tokens.ts'
import { tokens } from './chapters/tokens.ts'
import { userinfo } from './chapters/userinfo.ts'
import { users } from './chapters/users.ts'
import { legacyScripts } from './legacy-scripts.ts'
import type { Recording } from './recording.ts'
import { startRecorder } from './tour-recorder.ts'

/** The chapters of the tour. */
export const chapters: readonly Chapter[] = [
  outages,
  logins,
  legacyMode,
  locks,
  overload,
  tokens,
  refreshTokens,
  userinfo,
  signUp,
  reset,
  tickets,
  pages,
  users,
  connections,
  clients,
  logs,
  rules,
  tenants,
  adminSetup,
]

/** Drives a server through one chapter. `start` starts it with these settings, and with production's password hashes or any. */
export async function runChapter(
  start: (env: Record<string, string>, production_hashes: boolean) => Promise<CheckoutServer>,
  chapter: Chapter,
): Promise<Recording> {
  // The admin origin is at the port of the tenants: the Host header decides.
  const settings = { WHERRY_ADMIN_URL: 'http://admins.example', ...chapter.env }
  const server = await start(settings, chapter.production_hashes ?? false)
  try {
    const tour = await startRecorder(server, chapter.name)
    for (const [name, source] of Object.entries(legacyScripts)) tour.placeholders.name(source, `${name} script`)
    await chapter.run(tour)
    return tour.recording()
  } finally {
    await server.stop()
  }
}
