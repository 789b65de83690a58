import type { Chapter } from '../chapter.ts'
import { send } from '../http-request.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import { loginRequest, type PasswordLogin, type TourRecorder } from '../tour-recorder.ts'

const email = (name: string): string => `${name}@legacy.example`

/** What keeps the legacy store from answering: outages, limits of a script, the open circuit, too many calls at once. */
export const outages: Chapter = {
  name: 'outages',
  env: { WHERRY_SCRIPT_DEADLINE_MS: '8000', WHERRY_SANDBOX_MEMORY_MB: '128' },
  async run(tour) {
    const client = await tour.createClient()
    // A connection each: five outages in a row would open the circuit.
    const failing = async (step: string, name: string): Promise<void> => {
      const realm = name
      const connection_id = await tour.createConnection(realm, legacyOptions(), [client])
      await tour.login(
        step,
        { client, realm, username: email(name), password: legacy_password },
        { ledger: { connection_id, identifier: email(name) } },
      )
    }
    await failing('the legacy store cannot be reached', 'refused')
    await failing('the legacy store does not answer in time', 'late')
    await failing('the script does not answer before its deadline', 'never')
    await failing('the script uses too much memory', 'memory')

    const outage = await tour.createConnection('outage', legacyOptions(), [client])
    const login: PasswordLogin = { client, realm: 'outage', username: email('refused'), password: legacy_password }
    await tour.unrecorded(...Array.from({ length: 5 }, () => loginRequest(login)))
    const dora = { ...login, username: email('dora') }
    await tour.login('the circuit is open', dora, { ledger: { connection_id: outage, identifier: email('dora') } })
    await tour.manage('the migration while the circuit is open', 'GET', `migrations/${outage}`)

    await crowd(tour, { client, realm: 'crowd', username: email('crowd'), password: 'wrong password' })
  },
}

/** 102 attempts with different passwords at once: one runs, 101 may wait, and one is refused while the first still runs. */
async function crowd(tour: TourRecorder, login: PasswordLogin): Promise<void> {
  const connection_id = await tour.createConnection('crowd', legacyOptions(), [login.client])
  const requests = Array.from({ length: 102 }, (_, index) =>
    loginRequest({ ...login, password: `wrong password ${index}`, ip: '192.0.2.50' }),
  )
  const answers = requests.map((request) => send(tour.server.port, request))
  const first = await Promise.race(answers)
  await tour.record('too many attempts wait for one another', loginRequest(login), first, {
    ledger: { connection_id, identifier: email('crowd') },
  })
  await Promise.all(answers)
  await tour.forget()
}

/** More logins than the cores and the line in front of them hold. */
export const overload: Chapter = {
  name: 'overload',
  env: { WHERRY_HASHES_WAITING: '1' },
  production_hashes: true,
  async run(tour) {
    const client = await tour.createClient()
    await tour.createConnection('local', {}, [client])
    const login: PasswordLogin = { client, realm: 'local', username: 'ada@local.example', password: 'a wrong password' }
    const answers = Array.from({ length: 60 }, (_, index) =>
      send(tour.server.port, loginRequest({ ...login, username: `user${index}@local.example` })),
    )
    const refused = (await Promise.all(answers)).find(({ status }) => status === 503)
    await tour.forget()
    if (refused === undefined) throw new Error('None of 60 logins at once was refused')
    await tour.record('more logins at once than there is time for', loginRequest(login), refused)
  },
}
