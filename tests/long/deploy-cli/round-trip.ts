// Auth0's deploy CLI: a tenant as files is imported, exported, imported again and exported again, and its legacy users move meanwhile.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { ensureModules } from '../../../tools/ensure-modules.cjs'
import { newKey, newPair } from '../../support/client-keys.ts'
import type { TestClient } from '../../support/requests.ts'
import { removeTempFolder, tempFolder } from '../../support/temp-folder.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const folder = import.meta.dirname
const password = 'right one of the legacy store'
const claim = (name: string): string => `https://shop.example/${name}`

/** The files below a folder, by their paths. */
function filesOf(root: string): Record<string, string> {
  const paths = globSync('**/*', { cwd: root }).filter((path) => statSync(join(root, path)).isFile())
  return Object.fromEntries(paths.toSorted().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** Registers the tests of a release of the CLI: that of the package with this name. */
export function testRoundTrip(name: 'auth0-deploy-cli' | 'auth0-deploy-cli-7'): void {
  describe(name, () => {
    const work = tempFolder('deploy-cli')
    let server: TestServer
    let shop: TestClient
    let users = 0

    before(async () => {
      ensureModules(folder, 'Installing the deploy CLI.')
      server = await startTestServer({ https: true })
    })

    after(async () => {
      await server?.close()
      removeTempFolder(work)
    })

    async function run(command: string[], settings: Record<string, unknown> = {}, is_again = false): Promise<void> {
      const config = join(work, 'config.json')
      const { client_id, client_secret } = server.credentials
      const content = {
        AUTH0_DOMAIN: server.host,
        AUTH0_CLIENT_ID: client_id,
        AUTH0_CLIENT_SECRET: client_secret,
        AUTH0_ALLOW_DELETE: false,
        ...settings,
      }
      writeFileSync(config, JSON.stringify(content))
      const program = join(folder, 'node_modules', name, 'lib', 'index.js')
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: server.ca_file }
      const args = [program, ...command, '-c', config]
      await promisify(execFile)(process.execPath, args, { env, timeout: 300_000, maxBuffer: 50_000_000 }).catch(
        async (error: unknown) => {
          const { stdout, stderr } = error as { stdout: string; stderr: string }
          // On a busy machine it prepares for over a minute: the connection that it then uses again has ended. Nothing is changed yet.
          if (!is_again && /stage validate[^]*fetch failed/.test(stdout + stderr))
            return await run(command, settings, true)
          throw new Error(`${command.join(' ')} failed:\n${stdout}\n${stderr}`)
        },
      )
    }

    async function exportTo(format: 'yaml' | 'directory', target: string): Promise<Record<string, string>> {
      await run(['export', '-f', format, '-o', join(work, target)])
      // Release 7 writes the folder of an action's code with its whole path.
      const files = Object.entries(filesOf(join(work, target)))
      return Object.fromEntries(files.map(([path, text]) => [path, text.replaceAll(join(work, target), '.')]))
    }

    const importFrom = (source: string, settings: Record<string, unknown> = {}): Promise<void> =>
      run(['import', '-i', source], settings)

    /** A login of a legacy user who has not logged in here before. It runs the script, the rule and the action. */
    async function moveOne(): Promise<void> {
      users += 1
      const email = `user${users}@legacy.example`
      assert.equal((await server.login(shop, 'people', email, 'wrong')).status, 403)
      const answer = await server.login(shop, 'people', email, password, { scope: 'openid email' })
      assert.equal(answer.status, 200, answer.text)
      const claims = decodeJwt(answer.json.id_token)
      assert.deepEqual([claims[claim('name')], claims[claim('stamp')]], ['The shop', 'stamped'])
      const [record] = await server.records(await connectionId('people'))
      assert.equal(record?.['state'], 'migrated')
    }

    const connectionId = async (connection: string): Promise<string> =>
      (await server.must('GET', `connections?name=${connection}`))[0].id

    /** The names of everything that the tool manages. */
    async function inventory(): Promise<Record<string, string[]>> {
      const names = async (path: string, of: (item: Record<string, string>) => string | undefined) =>
        (await server.must('GET', path)).map(of).toSorted()
      return {
        clients: await names('clients', (client) => client['name']),
        grants: await names('client-grants', (grant) => `${grant['client_id']} ${grant['audience']}`),
        servers: await names('resource-servers', (api) => api['identifier']),
        connections: await names('connections', (connection) => connection['name']),
        rules: await names('rules', (rule) => rule['name']),
        configs: await names('rules-configs', (config) => config['key']),
        actions: (await server.must('GET', 'actions/actions')).actions
          .map(({ name: of }: { name: string }) => of)
          .toSorted(),
        streams: await names('log-streams', (stream) => stream['name']),
        users: await names('users', (user) => user['email']),
      }
    }

    it('imports a tenant from YAML, with its secrets from keyword mappings', async () => {
      cpSync(join(folder, 'tenant'), join(work, 'tenant'), { recursive: true })
      await importFrom(join(work, 'tenant', 'tenant.yaml'), {
        AUTH0_KEYWORD_REPLACE_MAPPINGS: {
          THE_PASSWORD: password,
          SHOP_NAME: 'The shop',
          STAMP: 'stamped',
          SMTP_PASSWORD: 'of the mail service',
        },
      })
      const [client] = await server.must('GET', 'clients?q=Shop')
      shop = { client_id: client.client_id, client_secret: client.client_secret }
      const settings = await server.must('GET', 'tenants/settings')
      assert.deepEqual([settings.friendly_name, settings.session_lifetime], ['Shop', 100])
      assert.equal((await server.must('GET', 'attack-protection/brute-force-protection')).max_attempts, 8)
      const [global] = await server.must('GET', 'clients?is_global=true')
      assert.match(global.custom_login_page, /window\.shop/)
      await moveOne()
    })

    for (const format of ['yaml', 'directory'] as const) {
      it(`exports it as ${format}, imports that and exports it again: the files are identical, and legacy users still move`, async () => {
        const first = await exportTo(format, `${format}-1`)
        assert.ok(!Object.values(first).some((text) => text.includes(password)))
        await importFrom(join(work, `${format}-1`, format === 'yaml' ? 'tenant.yaml' : ''))
        const second = await exportTo(format, `${format}-2`)
        assert.deepEqual(Object.keys(second), Object.keys(first))
        for (const [path, text] of Object.entries(first)) assert.equal(second[path], text, path)
        await moveOne()
      })
    }

    it('deletes what is missing from the files with AUTH0_ALLOW_DELETE, and nothing else', async () => {
      const source = join(work, 'directory-1')
      const before_it = await inventory()
      const gone = globSync('**/*eaving*', { cwd: source })
      assert.ok(gone.length >= 7, gone.join())
      for (const path of gone) rmSync(join(source, path), { recursive: true, force: true })
      await importFrom(source)
      assert.deepEqual(await inventory(), before_it)
      await importFrom(source, { AUTH0_ALLOW_DELETE: true })
      const isLeaving = (text: string): boolean => /leaving/i.test(text)
      const kept = Object.entries(before_it).map(([kind, names]) => [kind, names.filter((one) => !isLeaving(one))])
      assert.deepEqual(await inventory(), Object.fromEntries(kept))
      await moveOne()
    })

    it('signs in with a private key instead of a secret', async () => {
      const { publicKey, privateKey } = newPair()
      const key_file = join(work, 'key.pem')
      writeFileSync(key_file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const { client_id } = await server.must('POST', 'clients', {
        name: 'Deploys with a key',
        app_type: 'non_interactive',
        grant_types: ['client_credentials'],
        client_authentication_methods: { private_key_jwt: { credentials: [newKey(publicKey)] } },
      })
      const audience = `${server.issuer}api/v2/`
      await server.must('POST', 'client-grants', { client_id, audience, scope: ['read:clients'] })
      await run(['export', '-f', 'directory', '-o', join(work, 'with-key')], {
        AUTH0_CLIENT_ID: client_id,
        AUTH0_CLIENT_SECRET: undefined,
        AUTH0_CLIENT_SIGNING_KEY_PATH: key_file,
        AUTH0_INCLUDED_ONLY: ['clients'],
      })
      assert.ok(Object.keys(filesOf(join(work, 'with-key'))).some((path) => path.includes('Deploys with a key')))
    })
  })
}
