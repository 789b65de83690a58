import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runToEnd } from './guarded-process.ts'

/** A server, or another program, that the tests install. */
export type ServerName = 'PostgreSQL' | 'MariaDB' | 'PgBouncer' | 'OpenLDAP' | 'bubblewrap'

/** The exit status of a test file that cannot run on this machine; its output names the missing server. */
export const not_run_status = 77

type Recipe = {
  /** The programs that are needed, the server first. */
  programs: string[][]
  packages: string[][]
  folders(): string[]
  elsewhere: string
}

const recipes: Record<ServerName, Recipe> = {
  PostgreSQL: {
    programs: [['postgres'], ['initdb']],
    packages: [['postgresql']],
    folders: () => [
      ...versionsIn('/usr/lib/postgresql'),
      ...versionsIn('/opt/homebrew/opt', 'postgresql'),
      ...versionsIn('/usr', 'pgsql-'),
    ],
    elsewhere: '`apt-get install postgresql` or `brew install postgresql`',
  },
  MariaDB: {
    programs: [['mariadbd', 'mysqld'], ['mariadb-install-db', 'mysql_install_db'], ['my_print_defaults']],
    packages: [['mariadb-server-core', 'mariadb-client-core'], ['mariadb-server']],
    folders: () => ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/libexec'],
    elsewhere: '`apt-get install mariadb-server` or `brew install mariadb`',
  },
  PgBouncer: {
    programs: [['pgbouncer']],
    packages: [['pgbouncer']],
    folders: () => ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'],
    elsewhere: '`apt-get install pgbouncer` or `brew install pgbouncer`',
  },
  bubblewrap: {
    programs: [['bwrap']],
    packages: [['bubblewrap']],
    folders: () => ['/usr/bin', '/usr/local/bin'],
    elsewhere: '`apt-get install bubblewrap`, on Linux',
  },
  OpenLDAP: {
    programs: [['slapd'], ['slapadd']],
    packages: [['slapd']],
    folders: () => ['/usr/sbin', '/usr/libexec', '/opt/homebrew/opt/openldap/libexec'],
    elsewhere: '`apt-get install slapd` or `brew install openldap`',
  },
}

/**
 * Answers the paths of a server's programs in the order of its recipe, installing them by apt when we are root on Debian.
 *
 * @throws Error, or ends this process, when the server is missing: see `serverBinaries`.
 */
export function serverBinaries(name: ServerName): string[] {
  const recipe = recipes[name]
  const found = find(recipe)
  if (found !== undefined) return found
  const how = `Install ${name} (${recipe.elsewhere}) and run the tests again.`
  if (!canInstall()) {
    console.error(`${name} was not found on this machine. ${how}`)
    process.exit(not_run_status)
  }
  // The processes that this one starts inherit the variable, so that apt is tried once per run.
  const failure_variable = `WHERRY_TEST_${name.toUpperCase()}_APT_FAILURE`
  const known_failure = process.env[failure_variable]
  if (known_failure !== undefined) throw new Error(known_failure)
  const problems: string[] = []
  for (const packages of recipe.packages) {
    try {
      install(packages)
    } catch (error) {
      problems.push(String(error))
    }
    const installed = find(recipe)
    if (installed !== undefined) return installed
  }
  const failure = `${name} was not found and apt could not install it. ${how}\n${problems.join('\n')}`
  process.env[failure_variable] = failure
  throw new Error(failure)
}

/** Whether the server is on this machine or can be installed: as root on Debian the tests install what they need. */
export function isObtainable(name: ServerName): boolean {
  return canInstall() || find(recipes[name]) !== undefined
}

function canInstall(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const release = readFileSync('/etc/os-release', 'utf8')
  return /^ID(_LIKE)?=.*debian/m.test(release)
}

function find(recipe: Recipe): string[] | undefined {
  const folders = [...recipe.folders(), ...(process.env['PATH'] ?? '').split(delimiter)]
  for (const folder of folders) {
    const server = recipe.programs[0]!.map((name) => join(folder, name)).find((file) => existsSync(file))
    if (server === undefined) continue
    const rest = recipe.programs.slice(1).map((names) => lookUp(names, [folder, ...folders]))
    if (rest.every((file) => file !== undefined)) return [server, ...rest]
  }
  return undefined
}

function lookUp(names: string[], folders: string[]): string | undefined {
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file))
}

function versionsIn(folder: string, prefix = ''): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(folder, name, 'bin'))
}

// Debian starts what it installs; the policy file (exit 101: "not allowed") keeps the package's own service off.
function install(packages: string[]): void {
  console.error(`Installing ${packages.join(', ')} with apt for the tests.`)
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
    runToEnd('apt-get', [...wait, '-q', 'update'])
    runToEnd('apt-get', [...wait, '-q', '-y', '--no-install-recommends', 'install', ...packages])
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}
