/**
 * Legacy activity: which programs use the server of a legacy store, by samples of its sessions. Read-only, in the sandbox, with the address
 * of the connection; no text of a statement is ever read.
 */
import type { Engine } from '../../connections/assistant/dialects.ts'
import type { Step } from '../../connections/assistant/run-plan.ts'

const sessions_max = 2000

type Statements = {
  /** One row with the GRANT that the database user lacks, or an empty text. */
  right: string
  /** Rows of program, user, host, database, and 1 where the user is that of the connection. */
  sessions: string
  /** The same without the names of programs, where those are not readable. */
  unnamed?: string
}

const processes = (program: string, join: string, others: string): string => `SELECT ${program} AS program,
    p.USER AS user_name, p.HOST AS host_name, COALESCE(p.DB, '') AS database_name,
    CASE WHEN p.USER = SUBSTRING_INDEX(USER(), '@', 1) THEN 1 ELSE 0 END AS is_own
  FROM information_schema.PROCESSLIST p ${join}
  WHERE p.ID <> CONNECTION_ID() AND p.USER NOT IN ('system user', 'event_scheduler', 'unauthenticated user') AND ${others}
  LIMIT ${sessions_max}`

const quoted_account = `CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')`

const statements: Record<Engine, Statements> = {
  postgresql: {
    right: `SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN ''
      ELSE 'GRANT pg_read_all_stats TO ' || quote_ident(current_user) END AS missing`,
    sessions: `SELECT COALESCE(application_name, '') AS program, COALESCE(usename, '') AS user_name,
        COALESCE(host(client_addr), '') AS host_name, COALESCE(datname, '') AS database_name,
        CASE WHEN usename = current_user THEN 1 ELSE 0 END AS is_own
      FROM pg_catalog.pg_stat_activity
      WHERE pid <> pg_backend_pid() AND datname = current_database() AND COALESCE(application_name, '') <> 'wherry'
      LIMIT ${sessions_max}`,
  },
  mysql: {
    right: `SELECT CASE WHEN EXISTS (SELECT 1 FROM information_schema.USER_PRIVILEGES
        WHERE PRIVILEGE_TYPE IN ('PROCESS', 'SUPER') AND GRANTEE = ${quoted_account})
      THEN '' ELSE CONCAT('GRANT PROCESS ON *.* TO ', ${quoted_account}) END AS missing`,
    sessions: processes(
      `COALESCE(a.ATTR_VALUE, '')`,
      `LEFT JOIN performance_schema.session_connect_attrs a ON a.PROCESSLIST_ID = p.ID AND a.ATTR_NAME = 'program_name'`,
      `COALESCE(a.ATTR_VALUE, '') <> 'wherry'`,
    ),
    // Without names, the sessions of the same user from the same host count as those of the connection.
    unnamed: processes(
      `''`,
      '',
      `NOT (p.USER = SUBSTRING_INDEX(USER(), '@', 1) AND SUBSTRING_INDEX(p.HOST, ':', 1) =
        (SELECT SUBSTRING_INDEX(own.HOST, ':', 1) FROM information_schema.PROCESSLIST own WHERE own.ID = CONNECTION_ID()))`,
    ),
  },
  'sql-server': {
    // Edition 5 is Azure SQL Database, which has no permissions on the server.
    right: `SELECT CASE
      WHEN CAST(SERVERPROPERTY('EngineEdition') AS int) = 5 THEN
        CASE WHEN HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DATABASE STATE') = 1 THEN ''
          ELSE 'GRANT VIEW DATABASE STATE TO ' + QUOTENAME(USER_NAME()) END
      WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1 THEN ''
      ELSE 'GRANT VIEW SERVER STATE TO ' + QUOTENAME(SUSER_SNAME()) END AS missing`,
    sessions: `SELECT TOP ${sessions_max} COALESCE(program_name, '') AS program, login_name AS user_name,
        COALESCE(host_name, '') AS host_name, COALESCE(DB_NAME(database_id), '') AS database_name,
        CASE WHEN login_name = SUSER_SNAME() THEN 1 ELSE 0 END AS is_own
      FROM sys.dm_exec_sessions
      WHERE is_user_process = 1 AND session_id <> @@SPID AND COALESCE(program_name, '') <> 'wherry'`,
  },
}

/** The statements of one sample: the sessions of other programs, and the right to see all of them. */
export function sampleSteps(engine: Engine): Step[] {
  const { right, sessions, unnamed } = statements[engine]
  return [
    { name: 'right', as: 'names', sql: right },
    { name: 'sessions', as: 'names', sql: sessions },
    ...(unnamed === undefined ? [] : [{ name: 'unnamed', as: 'names' as const, sql: unnamed }]),
  ]
}
