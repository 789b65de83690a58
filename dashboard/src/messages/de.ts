// The German texts, in `de/` as the English ones in `en/`.
import type { Translation } from './translation'

/** How the texts of each part are loaded. */
export const de: Translation = {
  actions: () => import('./de/actions'),
  apis: () => import('./de/apis'),
  applications: () => import('./de/applications'),
  audit: () => import('./de/audit'),
  connections: () => import('./de/connections'),
  custom_database: () => import('./de/custom-database'),
  decisions: () => import('./de/decisions'),
  directory: () => import('./de/directory'),
  finish: () => import('./de/finish'),
  getStarted: () => import('./de/get-started'),
  jobs: () => import('./de/jobs'),
  login_way: () => import('./de/login-way'),
  logs: () => import('./de/logs'),
  members: () => import('./de/members'),
  migration: () => import('./de/migration'),
  navigation: () => import('./de/navigation'),
  rehearsal: () => import('./de/rehearsal'),
  report: () => import('./de/report'),
  rules: () => import('./de/rules'),
  scripting: () => import('./de/scripting'),
  session: () => import('./de/session'),
  shell: () => import('./de/shell'),
  tailImport: () => import('./de/tail-import'),
  tenant: () => import('./de/tenant'),
  try_connection: () => import('./de/try-connection'),
  ui: () => import('./de/ui'),
  user: () => import('./de/user'),
  users: () => import('./de/users'),
}
