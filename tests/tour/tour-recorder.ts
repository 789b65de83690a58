import { setTimeout as sleep } from 'node:timers/promises'
import type { CheckoutServer } from './checkout-server.ts'
import { send, type HttpAnswer, type HttpRequest } from './http-request.ts'
import { textMember, type Json, type JsonObject } from './json.ts'
import { createPlaceholders } from './placeholders.ts'
import type { Recording, Step } from './recording.ts'
import { byTypeAndText, claimsOf, shownAnswer, shownMail, shownRequest, sorted } from './shown-step.ts'
import { openTenantApi, type TenantApi } from './tenant-api.ts'

/** What a step records beside the request and its answer. */
export type StepOptions = {
  /** Whose log and outbox are read; the default tenant's unless given. */
  tenant?: TenantApi
  /** The identifier whose ledger records are read. */
  ledger?: { connection_id: string; identifier: string }
  /** How many log events and messages the step leads to, where they may be written after the answer. */
  later?: { events?: number; mail?: number }
  /** The request is repeated until its answer passes, and recorded once. */
  until?: (answer: HttpAnswer) => boolean
  /** Members that hold arrays in no particular order: they are sorted. */
  unordered?: string[]
  /** The body of the answer is another test's concern: only its headers are recorded. */
  leave_out_body?: boolean
  /** The host that the request goes to is not part of the recording. */
  host_left_out?: boolean
  /** Other values to record, read after the step. */
  seen?: () => Promise<JsonObject>
}

/** A client made through the Management API. */
export type TourClient = { client_id: string; client_secret: string }

/** How a password login is sent. */
export type PasswordLogin = {
  client: TourClient
  realm: string
  username: string
  password: string
  /** Further parameters. */
  more?: JsonObject
  /** The address that it comes from, as the proxy says. */
  ip?: string
}

/** Drives a server and records each step. */
export type TourRecorder = Awaited<ReturnType<typeof startRecorder>>

const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'
const until_ms = 20_000

/** The request of a password-realm login. */
export function loginRequest({ client, realm, username, password, more = {}, ip }: PasswordLogin): HttpRequest {
  return {
    path: '/oauth/token',
    json: { grant_type: realm_grant, ...client, realm, username, password, ...more },
    ...(ip === undefined ? {} : { headers: { 'x-forwarded-for': ip } }),
  }
}

/** Opens the Management API of the default tenant and begins a chapter. */
export async function startRecorder(server: CheckoutServer, chapter: string) {
  const first_run = server.firstRun()
  const api = await openTenantApi(server.port, {
    host: new URL(first_run.issuer).host,
    audience: first_run.management_audience,
    client_id: first_run.management_client_id,
    client_secret: first_run.management_client_secret,
  })
  const placeholders = createPlaceholders(server.port)
  placeholders.name(first_run.management_client_id, 'management client')
  placeholders.name(first_run.management_client_secret, 'management client secret')
  const steps: Step[] = []

  const step = async (name: string, request: HttpRequest, options: StepOptions = {}): Promise<HttpAnswer> => {
    const answer = await sendUntil(server.port, request, options.until)
    await record(name, request, answer, options)
    return answer
  }

  /** Records an answer that is there already. */
  const record = async (
    name: string,
    request: HttpRequest,
    answer: HttpAnswer,
    options: StepOptions = {},
  ): Promise<void> => {
    if (steps.some((before) => before.step === name)) throw new Error(`Two steps are named "${name}"`)
    const { tenant = api, ledger, later = {}, seen } = options
    const written = await tenant.newEvents(later.events ?? 0)
    const log_events =
      options.host_left_out === true ? written.map(({ hostname: _hostname, ...event }) => event) : written
    const outbox = await tenant.newMail(later.mail ?? 0)
    const records = ledger === undefined ? [] : await tenant.ledger(ledger.connection_id, ledger.identifier)
    const claims = claimsOf(answer.json)
    const others = (await seen?.()) ?? {}
    const keyOf = (item: Json): string =>
      JSON.stringify(createPlaceholders(server.port).value(item)) + placeholders.known(JSON.stringify(item))
    const clean = (value: Json): Json => placeholders.value(sorted(value, options.unordered ?? [], keyOf))
    const own_host = options.host_left_out === true ? request.host : api.host
    const many = (values: JsonObject[]): Json[] => values.map((value) => clean(value))
    steps.push({
      step: name,
      request: shownRequest(request, own_host ?? api.host, placeholders),
      answer: shownAnswer(options.leave_out_body === true ? { ...answer, text: '' } : answer, placeholders, clean),
      ...(Object.keys(claims).length === 0 ? {} : { claims: clean(claims) as JsonObject }),
      ...(log_events.length === 0 ? {} : { log_events: many(log_events.toSorted(byTypeAndText)) }),
      ...(records.length === 0 ? {} : { ledger: many(records) }),
      ...(outbox.length === 0 ? {} : { outbox: many(outbox.map(shownMail)) }),
      ...(Object.keys(others).length === 0 ? {} : { seen: clean(others) as JsonObject }),
    })
  }

  return {
    server,
    first_run,
    api,
    placeholders,
    step,
    record,
    recording: (): Recording => ({ chapter, steps }),

    /** Records a Management API request of the default tenant, or of `options.tenant`. */
    manage: (name: string, method: string, path: string, json?: Json, options: StepOptions = {}): Promise<HttpAnswer> =>
      step(name, (options.tenant ?? api).requestOf(method, path, json), options),

    /** Records a password-realm login. */
    login: (name: string, login: PasswordLogin, options: StepOptions = {}): Promise<HttpAnswer> =>
      step(name, loginRequest(login), options),

    /** Sends requests that are not recorded, one after the other; what they write belongs to no step. */
    async unrecorded(...requests: HttpRequest[]): Promise<void> {
      for (const request of requests) await send(server.port, request)
      await forget()
    },

    /** What was written since the last step belongs to no step. */
    forget,

    /** Makes a client with the grants of a password login, unrecorded. */
    async createClient(fields: JsonObject = {}): Promise<TourClient> {
      const made = await api.must('POST', 'clients', {
        name: 'Shop',
        app_type: 'regular_web',
        grant_types: ['password', realm_grant, 'refresh_token', 'client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
        ...fields,
      })
      await forget()
      const client = { client_id: textMember(made, 'client_id'), client_secret: textMember(made, 'client_secret') }
      placeholders.value({ ...client })
      return client
    },

    /** Makes a connection, unrecorded, and answers its id. */
    async createConnection(name: string, options: JsonObject, clients: TourClient[]): Promise<string> {
      const enabled_clients = clients.map(({ client_id }) => client_id)
      const made = await api.must('POST', 'connections', { name, strategy: 'auth0', options, enabled_clients })
      await forget()
      return textMember(made, 'id')
    },
  }

  async function forget(): Promise<void> {
    await api.newEvents(0)
    await api.newMail(0)
  }
}

async function sendUntil(
  port: number,
  request: HttpRequest,
  passes: (answer: HttpAnswer) => boolean = () => true,
): Promise<HttpAnswer> {
  for (const start = Date.now(); ; await sleep(50)) {
    const answer = await send(port, request)
    if (passes(answer) || Date.now() - start > until_ms) return answer
  }
}
