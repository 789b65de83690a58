// The English texts. One file per part of the dashboard in `en/`; other languages have the type of this one, so that none lacks a text.
import { audit } from './en/audit'
import { members } from './en/members'
import { connections } from './en/connections'
import { jobs } from './en/jobs'
import { logs } from './en/logs'
import { decisions } from './en/decisions'
import { directory } from './en/directory'
import { finish } from './en/finish'
import { migration } from './en/migration'
import { custom_database } from './en/custom-database'
import { rehearsal } from './en/rehearsal'
import { report } from './en/report'
import { session } from './en/session'
import { shell } from './en/shell'
import { tailImport } from './en/tail-import'
import { ui } from './en/ui'
import { users } from './en/users'

export const en = {
  jobs,
  logs,
  audit,
  members,
  connections,
  custom_database,
  decisions,
  directory,
  finish,
  migration,
  rehearsal,
  report,
  session,
  shell,
  tailImport,
  ui,
  users,
}

/** The texts of a language. */
export type Messages = typeof en
