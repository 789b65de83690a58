// A whole server in this process, on a port and a data folder of its own, used through HTTP as applications use it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../src/base/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import { argon2_options, type Argon2Options } from '../../src/passwords/argon2-options.ts'
import type { PostLoginStep } from '../../src/rules/post-login.ts'
import { compose } from '../../src/server/compose.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { freeAdminUrl, siblingAdminUrl } from './admin-urls.ts'
import { folderWithEmptyStore } from './empty-store.ts'
import { freePort } from './free-port.ts'
import { handOutPreparedKeyPairs } from './prepared-key-pairs.ts'
import { addressOf, createTenantApi } from './tenant-api.ts'
import { removeTempFolder, tempFolder } from './temp-folder.ts'

/** What a test may choose. */
export type TestServerOptions = {
  env?: Record<string, string>
  /** Replaces the clock that `advance` moves. */
  clock?: Clock
  /** Speaks https at `localhost`, with a certificate of its own. */
  https?: boolean
  post_login_steps?: readonly PostLoginStep[]
  /** Password hashes cost what they cost in production, for tests that need their time or measure it. Default: almost nothing. */
  production_hashes?: boolean
}

const cheap_hashes: Argon2Options = { ...argon2_options, memoryCost: 8, timeCost: 1 }

/** A running server and the requests that tests send to its default tenant. */
export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/** Composes a server that does not listen yet, on the embedded store or on what `env` says. */
export async function composeTestServer(options: TestServerOptions = {}) {
  const { WHERRY_PORT: port = String(await freePort()), DATABASE_URL: database_url } = options.env ?? {}
  const newFolder = async () => (database_url === undefined ? await folderWithEmptyStore() : tempFolder('server'))
  const data_dir = options.env?.['WHERRY_DATA_DIR'] ?? (await newFolder())
  const tls = options.https === true ? await makeDevCert({ folder: tempFolder('certificate') }) : undefined
  const public_url =
    options.env?.['WHERRY_PUBLIC_URL'] ?? (tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`)
  const env = {
    WHERRY_PORT: port,
    WHERRY_PUBLIC_URL: public_url,
    // The certificate of tests is for `localhost` only.
    WHERRY_ADMIN_URL: tls === undefined ? siblingAdminUrl(public_url) : await freeAdminUrl('https://localhost'),
    WHERRY_DATA_DIR: data_dir,
    WHERRY_TRUST_PROXY: 'true',
    WHERRY_REQUESTS_PER_SECOND: '100000',
    WHERRY_EGRESS_PRIVATE_TENANTS: '*',
    ...(tls === undefined ? {} : { WHERRY_TLS_CERT: tls.cert_file, WHERRY_TLS_KEY: tls.key_file }),
    ...options.env,
  }
  let offset_ms = 0
  const clock = options.clock ?? { now: () => Date.now() + offset_ms }
  const lines: string[] = []
  const new_hashes = { ...(options.production_hashes === true ? argon2_options : cheap_hashes) }
  handOutPreparedKeyPairs()
  const server = await compose(readConfig(env), {
    clock,
    log_to: { write: (line) => void lines.push(line) },
    new_hashes,
    ...(options.post_login_steps ? { post_login_steps: options.post_login_steps } : {}),
  })
  const { db, background, sealer, keys, passwords, site } = server
  return {
    port: Number(port),
    data_dir,
    env,
    /** WHERRY_ADMIN_URL: without a trailing slash. */
    admin_url: env.WHERRY_ADMIN_URL,
    /** The file of the certificate authority, with `https`. */
    ca_file: tls?.ca_file,
    /** Lines of the process log. */
    lines,
    /** Moves the clock forward. */
    advance: (ms: number): void => void (offset_ms += ms),
    /** Waits for the work that requests left behind: log events, mail, look-ups for a password reset. */
    settle: (): Promise<void> => background.drained(),
    /**
     * Does `work`, a race, while each new password hash takes the time that it takes in production, or `times` as much. The time of one hash,
     * some 20 ms, is less than a busy machine may let pass between two requests that are sent at once.
     */
    async hashingAsInProduction<T>(work: () => Promise<T>, times = 1): Promise<T> {
      const usual = { ...new_hashes }
      Object.assign(new_hashes, { ...argon2_options, timeCost: argon2_options.timeCost * times })
      try {
        return await work()
      } finally {
        Object.assign(new_hashes, usual)
      }
    },
    /** The server's own objects, for what tests can neither prepare nor see through requests. */
    internals: { app: server.app, db, clock, sealer, keys, passwords, site },
    listen: () => server.listen(),
    /** Stops the server and leaves its data. */
    stop: () => server.close(),
    /** Stops the server and removes its data. */
    async close(): Promise<void> {
      await server.close()
      removeTempFolder(data_dir)
    },
  }
}

/** Starts a server on the embedded store, or on what `env` says. */
export async function startTestServer(options: TestServerOptions = {}) {
  const server = await composeTestServer(options)
  const { db } = server.internals
  try {
    const { issuer } = await server.listen()
    const first_run = JSON.parse(readFileSync(join(server.data_dir, 'first-run.json'), 'utf8')) as FirstRun
    const { protocol, hostname } = new URL(issuer)
    const address = {
      ...addressOf(first_run, `${protocol}//${hostname}:${server.port}`),
      ca: server.ca_file === undefined ? undefined : readFileSync(server.ca_file, 'utf8'),
    }
    const { tenant_id } = await db
      .selectFrom('tenants')
      .select('tenant_id')
      .where('is_default', '=', 1)
      .executeTakeFirstOrThrow()
    return {
      ...server,
      ...address,
      ...createTenantApi(address, server.settle),
      issuer,
      first_run,
      internals: { ...server.internals, tenant_id },
      /** Entries of the process log. */
      logged: () => server.lines.map((line) => JSON.parse(line) as { level: number; msg?: string }),
      /** Types of all log events, oldest first. */
      async logTypes(): Promise<string[]> {
        await server.settle()
        const rows = await db.selectFrom('log_events').select('type').orderBy('log_id').execute()
        return rows.map(({ type }) => type)
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Stops a server and starts it again on the same port and data, with `change` in its settings. */
export async function restartTestServer(server: TestServer, change: Record<string, string> = {}): Promise<TestServer> {
  await server.stop()
  return await startTestServer({ env: { ...server.env, ...change } })
}
