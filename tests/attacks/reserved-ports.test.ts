import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, test } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { createRestrictedTargets } from '../../src/sandbox/restricted-targets.ts'
import { decideEgress, type EgressVerdict } from '../../src/sandbox/egress-policy.ts'
import { reservedPorts } from '../../src/server/reserved-ports.ts'

const open = { mode: 'open', allow: [] as string[] } as const
const policy = { mode: open.mode, allow: [], private_networks: true }

/** Every address of this machine. */
const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address))

type Installation = {
  database_url?: string
  env?: Record<string, string>
  never?: string[]
  lookUp?: (host: string) => Promise<string[]>
}

/** Decides for a script that connects to `host`, which resolves to `address`. */
function decider({ database_url, env = {}, never = [], lookUp }: Installation) {
  const config = readConfig({ ...(database_url === undefined ? {} : { DATABASE_URL: database_url }), ...env })
  const restrictedTargets = createRestrictedTargets(() => reservedPorts(config, [3000]), never, lookUp)
  return async (host: string, port: number, address = host, allow: string[] = []): Promise<EgressVerdict> =>
    decideEgress({ ...policy, allow }, { host, port, address }, await restrictedTargets())
}

/** A look-up whose answers the test chooses. */
function answering(answers: () => string[]) {
  return async () => {
    const found = answers()
    if (found.length === 0) throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
    return found
  }
}

describe("a script that connects to the server's own PostgreSQL", () => {
  for (const database_url of [
    'postgres://wherry:pw@localhost:5999/wherry',
    'postgres://wherry:pw@127.0.0.1:5999/wherry',
    'postgres://wherry:pw@[::1]:5999/wherry',
    'postgres://wherry:pw@0.0.0.0:5999/wherry',
  ]) {
    test(`named ${new URL(database_url).host} is refused at every address of the machine`, async () => {
      const decide = decider({ database_url })
      for (const address of ['127.0.0.1', '::1', '0.0.0.0', ...own]) {
        assert.equal((await decide(address, 5999)).allowed, false, address)
        assert.equal((await decide('innocent.example', 5999, address)).allowed, false, `a name for ${address}`)
      }
    })
  }

  test('is refused where the query of DATABASE_URL has host and port', async () => {
    const decide = decider({ database_url: 'postgres://wherry:pw@ignored.example:1/wherry?host=10.9.8.7&port=5999' })
    assert.equal((await decide('10.9.8.7', 5999)).allowed, false)
  })

  test('is refused by address where DATABASE_URL has a name, and by another name', async () => {
    const decide = decider({
      database_url: 'postgres://wherry:pw@db.internal:5999/wherry',
      lookUp: answering(() => ['10.9.8.7', 'fd00::9']),
    })
    for (const host of ['10.9.8.7', 'fd00::9', '::ffff:10.9.8.7']) {
      assert.equal((await decide(host, 5999)).allowed, false, host)
      assert.equal((await decide('innocent.example', 5999, host)).allowed, false, `a name for ${host}`)
    }
    assert.equal((await decide('DB.internal.', 5999, '10.9.8.7')).allowed, false)
  })

  test('stays refused while the name does not resolve, and after its address changed', async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
    let answers = ['10.9.8.7']
    const decide = decider({
      database_url: 'postgres://wherry:pw@db.internal:5999/wherry',
      lookUp: answering(() => answers),
    })
    assert.equal((await decide('10.9.8.7', 5999)).allowed, false)
    answers = []
    context.mock.timers.setTime(1_100_000)
    assert.equal((await decide('10.9.8.7', 5999)).allowed, false, 'the name does not resolve')
    answers = ['10.9.8.6']
    context.mock.timers.setTime(1_200_000)
    assert.equal((await decide('10.9.8.6', 5999)).allowed, false, 'the new address')
  })

  test('is refused by WHERRY_EGRESS_NEVER, also where the connection allows it', async () => {
    const allow = ['127.0.0.1:5999', 'localhost:5999', '[::1]:5999', '192.0.2.9:5999', 'db.internal:5999']
    const decide = decider({
      database_url: 'postgres://wherry:pw@db.internal:5999/wherry',
      never: ['127.0.0.0/8', '[::1]:5999', '192.0.2.0/24'],
      lookUp: answering(() => ['192.0.2.9']),
    })
    for (const address of ['127.0.0.1', '::1', '192.0.2.9', '::ffff:127.0.0.1', '::ffff:c000:209']) {
      assert.equal((await decide(address, 5999, address, [...allow, `[${address}]:5999`])).allowed, false, address)
      assert.equal((await decide('localhost', 5999, address, allow)).allowed, false, `localhost for ${address}`)
      assert.equal((await decide('db.internal', 5999, address, allow)).allowed, false, `db.internal for ${address}`)
    }
  })

  test('WHERRY_EGRESS_NEVER by name applies to the addresses of the name', async () => {
    const decide = decider({ never: ['db.internal:5999'], lookUp: answering(() => ['10.9.8.7']) })
    assert.equal((await decide('10.9.8.7', 5999, '10.9.8.7', ['10.9.8.7:5999'])).allowed, false)
  })
})

describe('a script that connects to the server itself', () => {
  test('is refused at every address of the machine, under any name', async () => {
    const decide = decider({})
    for (const address of ['127.0.0.1', '::1', '0.0.0.0', '::', ...own]) {
      assert.equal((await decide(address, 3000)).allowed, false, address)
      assert.equal((await decide('innocent.example', 3000, address)).allowed, false, `a name for ${address}`)
    }
  })
})

describe('addresses that embed another', () => {
  const embedding = [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:0001',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '::ffff:169.254.169.254',
    '::ffff:0.0.0.0',
    'fe80::1%eth0',
    '::1%lo',
  ]
  for (const address of embedding) {
    test(`${address} is refused like the embedded address`, async () => {
      assert.equal((await decider({})(address, 80)).allowed, false)
    })
  }
})
