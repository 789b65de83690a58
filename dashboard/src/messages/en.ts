// The English texts. One file per part of the dashboard in `en/`; other languages have the type of this one, so that none lacks a text.
import { audit } from './en/audit'
import { members } from './en/members'
import { connections } from './en/connections'
import { jobs } from './en/jobs'
import { logs } from './en/logs'
import { migration } from './en/migration'
import { custom_database } from './en/custom-database'
import { session } from './en/session'
import { shell } from './en/shell'
import { ui } from './en/ui'
import { users } from './en/users'

export const en = { audit, connections, custom_database, jobs, logs, members, migration, session, shell, ui, users }

/** The texts of a language. */
export type Messages = typeof en
