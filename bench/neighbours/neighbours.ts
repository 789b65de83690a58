// A quiet tenant beside attackers: it offers a quarter of the rate that it reaches alone, and keeps its logins.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../tests/support/free-port.ts'
import { removeTempFolder, tempFolder } from '../../tests/support/temp-folder.ts'
import { startMeasured } from '../measure/measured-process.ts'
import { ArgumentError } from '../arguments.ts'
import { fixed, ms, quantile } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'
import { own_root, startCommand } from '../servers/start-command.ts'
import { attackerLogin, attacks, type Attack, type AttackerTenant } from './attacks.ts'
import type { LoadSummary, LoadTask, TemplateRequest } from './load-process.ts'

const capacity_ms = 6_000
// The victim is measured alone before and after each attack: what the machine does else changes within minutes.
const alone_ms = 10_000
const beside_ms = 20_000
// Processes of the attack that end after it are not part of "alone".
const pause_ms = 3_000
// The attack has begun before the victim is measured.
const lead_ms = 3_000
const min_share = 0.7
const max_p95_ratio = 2
const victim_host = 'victim.bench.example'
const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'
const accept_all = `(email, password, callback) => callback(null, { user_id: email, email, email_verified: true })`
const moved_users = 20

type Json = Record<string, string>
type Server = {
  url: string
  post(host: string, path: string, body: object, token?: string): Promise<Json>
  data_dir: string
  stop(): Promise<void>
}
type Kind = 'moved' | 'first'
type Logins = Record<Kind, TemplateRequest[]>
type Latencies = Record<Kind, number[]>

async function startLoad(task: LoadTask): Promise<LoadSummary> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load-process.ts'), JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await once(child, 'close')
  return JSON.parse(text) as LoadSummary
}

function poster(url: string): Server['post'] {
  return (host, path, body, token) =>
    new Promise((resolve, reject) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const headers = { host, 'content-type': 'application/json', ...authorization }
      const sent = httpRequest(`${url}${path}`, { method: 'POST', headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => {
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text) as Json)
          else reject(new Error(`${path} answered ${response.statusCode}: ${text}`))
        })
      })
      sent.on('error', reject)
      sent.end(JSON.stringify(body))
    })
}

async function startServer(name_server: string): Promise<Server> {
  const url = `http://127.0.0.1:${await freePort()}`
  const data_dir = tempFolder('neighbours')
  const env = {
    WHERRY_PORT: new URL(url).port,
    WHERRY_PUBLIC_URL: url,
    WHERRY_DATA_DIR: data_dir,
    WHERRY_REQUESTS_PER_SECOND: '100000',
    WHERRY_SANDBOX_PROCESSES: '6',
    BENCH_NAME_SERVER: name_server,
  }
  const { file, args, node_flags } = startCommand(own_root)
  const preload = join(import.meta.dirname, '../servers/wherry-preload.ts')
  const server = await startMeasured(file, {
    args,
    env,
    cwd: own_root,
    node_flags: [...node_flags, '--import', preload],
    ready_url: `${url}/health/ready`,
  })
  const stop = async () => {
    await server.stop()
    removeTempFolder(data_dir)
  }
  return { url, post: poster(url), data_dir, stop }
}

/** Creates a tenant as the operator does, and answers functions that create in it. */
async function createTenant(server: Server, name: string, host: string) {
  const first_run = JSON.parse(readFileSync(join(server.data_dir, 'first-run.json'), 'utf8')) as Json
  const own_host = new URL(server.url).host
  const tokenOf = async (at: string, credentials: object) => {
    const body = { grant_type: 'client_credentials', ...credentials }
    const { access_token } = await server.post(at, '/oauth/token', body)
    return access_token
  }
  const operator = await tokenOf(own_host, {
    client_id: first_run['management_client_id'],
    client_secret: first_run['management_client_secret'],
    audience: first_run['management_audience'],
  })
  const created = await server.post(own_host, '/api/v2/tenants', { name, domain: host }, operator)
  const token = await tokenOf(host, {
    client_id: created['management_client_id'],
    client_secret: created['management_client_secret'],
    audience: created['management_audience'],
  })
  const create = (path: string, body: object) => server.post(host, `/api/v2/${path}`, body, token)
  const client = await create('clients', {
    name: 'bench',
    app_type: 'regular_web',
    grant_types: [realm_grant, 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  })
  const tenant: AttackerTenant = {
    host,
    client_id: String(client['client_id']),
    client_secret: String(client['client_secret']),
  }
  const createConnection = async (realm: string, login?: string) => {
    const custom =
      login === undefined
        ? {}
        : {
            enabledDatabaseCustomization: true,
            import_mode: true,
            customScripts: { login, get_user: '(email, callback) => callback(null)' },
          }
    const options = { brute_force_protection: false, ...custom }
    await create('connections', { name: realm, strategy: 'auth0', enabled_clients: [tenant.client_id], options })
  }
  return { tenant, createConnection }
}

/** Runs the victim's paced logins of both kinds. */
async function offer(
  logins: Logins,
  rates: Record<Kind, number>,
  duration_ms: number,
  first_number: number,
): Promise<Latencies> {
  const [moved, first] = await Promise.all(
    (['moved', 'first'] as const).map((kind) =>
      startLoad({ requests: logins[kind], rate: rates[kind], duration_ms, first_number }),
    ),
  )
  if (!moved || !first) throw new Error('a load generator answered nothing')
  return { moved: moved.durations_ms, first: first.durations_ms }
}

function compare(name: string, before: Latencies, beside: Latencies, after: Latencies): Figure[] {
  return (['moved', 'first'] as const).map((kind) => {
    const alone = [...before[kind], ...after[kind]]
    const share = beside[kind].length / beside_ms / (alone.length / (2 * alone_ms))
    const [p95_alone, p95_beside] = [quantile(alone, 0.95), quantile(beside[kind], 0.95)]
    const ratio = p95_beside / p95_alone
    return {
      label: `${name}: ${kind} logins, share of alone, p95 ÷ alone`,
      value: `${fixed(share, 2)}, ${ms(p95_beside)} ÷ ${ms(p95_alone)} = ${fixed(ratio, 2)}`,
      target: { text: `≥ ${min_share}, ≤ ${max_p95_ratio} ×`, met: share >= min_share && ratio <= max_p95_ratio },
    }
  })
}

async function runAttack(
  server: Server,
  attack: Attack,
  tenant: AttackerTenant,
  realms: string[],
): Promise<LoadSummary> {
  const requests =
    attack.requests?.(server.url, tenant) ?? realms.map((realm) => attackerLogin(server.url, tenant, realm))
  return await startLoad({ requests, workers: attack.workers, duration_ms: lead_ms + beside_ms, first_number: 0 })
}

/**
 * Measures the victim beside each attack, and alone before and after it.
 *
 * @param names parts of the names of the attacks to run; empty for all
 */
export async function neighbours(names: string[]): Promise<Table> {
  const chosen = attacks.filter(({ name }) => names.length === 0 || names.some((text) => name.includes(text)))
  if (chosen.length === 0) throw new ArgumentError(`No attack has one of these texts in its name: ${names.join(', ')}.`)
  const silent = createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  const server = await startServer(`127.0.0.1:${silent.address().port}`)
  const figures: Figure[] = []
  try {
    const { tenant: victim, createConnection } = await createTenant(server, 'victim', victim_host)
    await createConnection('people', accept_all)
    const login = (username: string): TemplateRequest => ({
      ...attackerLogin(server.url, victim, 'people'),
      body: JSON.stringify({
        grant_type: realm_grant,
        realm: 'people',
        username,
        password: 'right',
        client_id: victim.client_id,
        client_secret: victim.client_secret,
      }),
    })
    const moved = Array.from({ length: moved_users }, (_, n) => login(`moved${n}@victim.example`))
    for (const { body } of moved) await server.post(victim_host, '/oauth/token', JSON.parse(body) as object)
    const logins: Logins = { moved, first: [login('first{n}@victim.example')] }

    let number = 0
    const capacity = async (requests: TemplateRequest[]) => {
      number += 1_000_000
      const { durations_ms } = await startLoad({ requests, workers: 8, duration_ms: capacity_ms, first_number: number })
      return (durations_ms.length * 1000) / capacity_ms
    }
    const reached = { moved: await capacity(logins.moved), first: await capacity(logins.first) }
    // Half of a quarter each, because both kinds are offered at once.
    const rates = { moved: reached.moved / 8, first: reached.first / 8 }
    for (const kind of ['moved', 'first'] as const)
      figures.push({
        label: `alone: ${kind} logins, reached, offered`,
        value: `${fixed(reached[kind], 1)}/s, ${fixed(rates[kind], 1)}/s`,
      })
    const measure = (duration_ms: number) => {
      number += 1_000_000
      return offer(logins, rates, duration_ms, number)
    }
    let before = await measure(alone_ms)

    for (const [nth, attack] of chosen.entries()) {
      const attacker = await createTenant(server, `attacker-${nth}`, `attacker-${nth}.bench.example`)
      await attacker.createConnection('local')
      const realms = Array.from({ length: attack.connections ?? 0 }, (_, index) => `realm-${index}`)
      for (const realm of realms) await attacker.createConnection(realm, attack.login)
      const running = runAttack(server, attack, attacker.tenant, realms)
      await sleep(lead_ms)
      const beside = await measure(beside_ms)
      const { statuses } = await running
      await sleep(pause_ms)
      const after = await measure(alone_ms)
      figures.push(...compare(attack.name, before, beside, after))
      before = after
      figures.push({
        label: '  answers to the attacker',
        value: Object.entries(statuses)
          .map(([status, count]) => `${status}: ${count}`)
          .join(', '),
      })
    }
  } finally {
    await server.stop()
    silent.close()
  }
  return { title: 'A tenant beside attackers', figures }
}
