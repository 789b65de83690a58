// Runs the login script of a first login in a plain Node process, alone or with the hash of the password after it.
import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'
import { hash } from '@node-rs/argon2'
import { serveMetrics } from '../measure/serve-metrics.ts'
import { hashOptions } from '../servers/bench-users.ts'
import { legacyUser } from '../servers/legacy-store.ts'

type Login = (email: string, password: string, callback: (error: unknown, profile?: unknown) => void) => unknown

const { SCRIPT: script = '', URL: url = '', STORE: store_name = '' } = process.env
const compile = runInThisContext(`(function (configuration, require, WrongUsernameOrPasswordError) {
  return ${script}
})`) as (...globals: unknown[]) => Login
const login = compile({ URL: url }, createRequire(import.meta.url), Error)

async function runScript(nth: number): Promise<string> {
  const { email, password } = legacyUser(store_name, nth)
  await new Promise((resolve, reject) => {
    void login(email, password, (error, profile) =>
      profile === undefined ? reject(new Error(String(error))) : resolve(profile),
    )
  })
  return password
}

serveMetrics({
  script: runScript,
  login: async (nth) => {
    const password = await runScript(nth)
    await hash(password, hashOptions(password))
  },
})
