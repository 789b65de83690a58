// The requests of the test of the ledger's counts: each is repeated until the server, which is killed meanwhile, answers it.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '../../src/base/json.ts'
import type { KillTarget } from '../kills/kill-targets.ts'
import { bearer, objects, ticketIn, type Answer, type Json, type TestClient } from '../support/requests.ts'
import { addressOf, createTenantApi, realm_grant, type TenantApi } from '../support/tenant-api.ts'
import { right_password, source } from './counted-people.ts'

const customScripts = {
  login: `function login(name, password, callback) {${source}
    const profile = profileOf(name)
    if (!profile || password !== '${right_password}') return callback(new WrongUsernameOrPasswordError(name))
    callback(null, profile)
  }`,
  get_user: `function getUser(name, callback) {${source} callback(null, profileOf(name)) }`,
}

/** A connection whose users move, are deleted and come back. */
export class Migration {
  readonly #origin: string
  readonly #api: TenantApi
  readonly #client: TestClient
  readonly connection_id: string
  readonly #token: string

  private constructor(target: KillTarget, api: TenantApi, client: TestClient, connection_id: string, token: string) {
    this.#origin = new URL(target.server.firstRun().issuer).origin
    this.#api = api
    this.#client = client
    this.connection_id = connection_id
    this.#token = token
  }

  static async start(target: KillTarget): Promise<Migration> {
    const api = createTenantApi(addressOf(target.server.firstRun()))
    const client = await api.createClient()
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts }
    const connection_id = await api.createConnection('legacy', options, [client])
    return new Migration(target, api, client, connection_id, await api.managementToken())
  }

  /** Sends a request until the server answers it: it may have been done before already. */
  async #send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(100)) {
      const answer = await this.#api.send(path, { method, body, headers }).catch(() => undefined)
      if (answer && answer.status !== 503) return answer
    }
    throw new Error(`${method} ${path}: no answer within two minutes`)
  }

  async api(method: string, path: string, body?: JsonObject): Promise<Answer> {
    return await this.#send(method, `/api/v2/${path}`, body, bearer(this.#token))
  }

  async must(method: string, path: string, body?: JsonObject): Promise<Json> {
    const answer = await this.api(method, path, body)
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }

  path(rest: string): string {
    return `migrations/${this.connection_id}/${rest}`
  }

  async upload(path: string, fields: Record<string, string | Blob>): Promise<Answer> {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    const request = new Request('http://wherry.test', { method: 'POST', body: form })
    const headers = { ...bearer(this.#token), 'content-type': request.headers.get('content-type') ?? '' }
    return await this.#send('POST', `/api/v2/${path}`, Buffer.from(await request.arrayBuffer()), headers)
  }

  /** Waits for the end of a job, which a kill delays by the 30 s of its lease. */
  async ended(job_id: string): Promise<void> {
    for (const deadline = Date.now() + 900_000; Date.now() < deadline; await sleep(500)) {
      const { status, status_details } = await this.must('GET', `jobs/${job_id}`)
      assert.notEqual(status, 'failed', String(status_details))
      if (status === 'completed') return
    }
    throw new Error(`The job ${job_id} has not ended`)
  }

  async load(lines: readonly string[]): Promise<void> {
    const file = new Blob([['legacy_id,email,name,password_hash', ...lines].join('\n')])
    const answer = await this.upload(this.path('directory'), { file, format: 'csv', gone_limit_percent: '100' })
    // Where the answer before was lost, the load is in progress.
    const { loads } = await this.must('GET', this.path('directory'))
    assert.ok(answer.status === 202 || answer.json.errorCode === 'directory_load_in_progress', answer.text)
    const load = answer.status === 202 ? answer.json : loads[0]
    await this.ended(load.job_id)
    const { state, counts } = await this.must('GET', this.path(`directory/${load.load_id}`))
    assert.deepEqual([state, counts.rows], ['applied', lines.length])
  }

  async logIn(email: string, password: string): Promise<number> {
    const body = { grant_type: realm_grant, ...this.#client, realm: 'legacy', username: email, password }
    const part = (): number => Math.floor(Math.random() * 250)
    const answer = await this.#send('POST', '/oauth/token', body, { 'x-forwarded-for': `10.${part()}.${part()}.1` })
    assert.ok([200, 403].includes(answer.status), `${email}: ${answer.status} ${answer.text}`)
    return answer.status
  }

  async ticket(email: string): Promise<string> {
    const made = await this.must('POST', 'tickets/password-change', { connection_id: this.connection_id, email })
    return ticketIn(made.ticket)
  }

  async reset(email: string): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const ticket = await this.ticket(email)
      const form = new URLSearchParams({ ticket, password: right_password, password_repeat: right_password })
      const { status } = await this.#send('POST', '/u/reset-password', form, { origin: this.#origin })
      if (status === 200) return
    }
    throw new Error(`${email} has no new password`)
  }

  /** All records of the connection. */
  /** The records that a filter chooses, as it is in the address. */
  async records(filter = ''): Promise<JsonObject[]> {
    const found: JsonObject[] = []
    for (let from = ''; ;) {
      const page = await this.must('GET', this.path(`records?take=100${filter}${from === '' ? '' : `&from=${from}`}`))
      found.push(...objects(page, 'records'))
      if (page.next === undefined) return found
      from = encodeURIComponent(page.next)
    }
  }

  async recordOf(legacy_id: string): Promise<string> {
    const { records } = await this.must('GET', this.path(`records?q=${legacy_id}`))
    return String(objects(records).find((each) => each['legacy_id'] === legacy_id)?.['record_id'])
  }

  async finishStep(step: string): Promise<void> {
    const answer = await this.api('POST', this.path('finish'), { step, confirm: 'legacy' })
    assert.ok(answer.status === 202 || answer.status === 409, answer.text)
    for (let state = 'running'; state === 'running'; await sleep(500)) {
      const finish = await this.must('GET', this.path('finish'))
      assert.equal(finish.step, step)
      state = finish.state
      assert.notEqual(state, 'failed', finish.error)
    }
  }
}
