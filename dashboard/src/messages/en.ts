// The English texts: one file per part of the dashboard in `en/`, which exports the texts under the name of the part.

/** How the texts of each part are loaded. */
export const en = {
  apis: () => import('./en/apis'),
  applications: () => import('./en/applications'),
  actions: () => import('./en/actions'),
  attackProtection: () => import('./en/attack-protection'),
  assistant: () => import('./en/assistant'),
  audit: () => import('./en/audit'),
  branding: () => import('./en/branding'),
  changes: () => import('./en/changes'),
  connections: () => import('./en/connections'),
  custom_database: () => import('./en/custom-database'),
  decisions: () => import('./en/decisions'),
  directory: () => import('./en/directory'),
  email: () => import('./en/email'),
  finish: () => import('./en/finish'),
  getStarted: () => import('./en/get-started'),
  jobs: () => import('./en/jobs'),
  login_way: () => import('./en/login-way'),
  logStreams: () => import('./en/log-streams'),
  logs: () => import('./en/logs'),
  members: () => import('./en/members'),
  migration: () => import('./en/migration'),
  navigation: () => import('./en/navigation'),
  password: () => import('./en/password'),
  refusals: () => import('./en/refusals'),
  rehearsal: () => import('./en/rehearsal'),
  report: () => import('./en/report'),
  rules: () => import('./en/rules'),
  scripting: () => import('./en/scripting'),
  session: () => import('./en/session'),
  shell: () => import('./en/shell'),
  tailImport: () => import('./en/tail-import'),
  tenant: () => import('./en/tenant'),
  try_connection: () => import('./en/try-connection'),
  ui: () => import('./en/ui'),
  user: () => import('./en/user'),
  users: () => import('./en/users'),
}

/** A part of the dashboard that has texts. */
export type Part = keyof typeof en

/** The texts of a language. */
export type Messages = {
  [P in Part]: Awaited<ReturnType<(typeof en)[P]>> extends Record<P, infer Texts> ? Texts : never
}
