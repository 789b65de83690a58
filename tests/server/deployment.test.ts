// The systemd unit and the Dockerfile of the documentation start a server that stops in order.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { settings } from '../../src/config/settings.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const root = resolve(import.meta.dirname, '../..')
const unit = readFileSync(join(root, 'docs/guides/wherry.service'), 'utf8')
const dockerfile = readFileSync(join(root, 'docs/guides/Dockerfile'), 'utf8')

const valueOf = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? ''

function dockerJson(instruction: string): string[] {
  const line = new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(dockerfile)?.[1]
  return JSON.parse(line ?? '[]') as string[]
}

const firstChildOf = (pid = 0): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])

/** Runs a command line as the unit or the image does, asks it for its health, stops it by SIGTERM, and answers its exit status. */
async function serveAndStop([program = '', ...args]: string[], wrapper: string[] = []): Promise<number | null> {
  assert.match(program, /^(?:\/usr\/bin\/)?node$/)
  const port = String(await freePort())
  const [command = '', ...rest] = [...wrapper, process.execPath, ...args]
  const child = spawn(command, rest, {
    cwd: root,
    env: { PATH: process.env['PATH'], WHERRY_PORT: port, WHERRY_DATA_DIR: tempFolder('data'), WHERRY_ADMIN_URL: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  const isReady = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok === true
  await waitUntil(isReady)
  const [node = '', ...probe] = dockerJson('HEALTHCHECK')
  assert.equal(node, 'node')
  const probed = spawnSync(
    process.execPath,
    probe.map((each) => each.replace('3000', port)),
  )
  assert.equal(probed.status, 0)
  // `unshare` passes no signal on to its child.
  const stopped = wrapper.length === 0 ? child.pid : firstChildOf(child.pid)
  process.kill(stopped ?? 0, 'SIGTERM')
  const [status] = (await once(child, 'exit', { signal: AbortSignal.timeout(20_000) })) as [number | null]
  assert.match(await output, /stopping: requests in flight end first/)
  return status
}

test('the command of the systemd unit serves, and SIGTERM stops it with status 0', async () => {
  assert.equal(await serveAndStop(valueOf('ExecStart').split(' ')), 0)
  assert.ok(Number(valueOf('TimeoutStopSec')) > 15, 'longer than the server takes at most')
  for (const [, name = ''] of unit.matchAll(/^Environment=(\w+)=/gm)) assert.ok(name in settings, name)
})

test('the command of the image serves as the first process of its container, and SIGTERM stops it with status 0', async (t) => {
  const command = dockerJson('CMD')
  // The first process of a PID namespace ends by a signal only if it handles it. Where namespaces are not permitted, the command runs
  // without one; root always may.
  const namespace = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child']
  const permitted = spawnSync(namespace[0]!, [...namespace.slice(1), 'true']).status === 0
  t.diagnostic(permitted ? 'as PID 1' : 'without a PID namespace, which is not permitted here')
  assert.equal(await serveAndStop(command, permitted ? namespace : []), 0)
  const [, names = ''] = /^ENV (.*)$/m.exec(dockerfile) ?? []
  for (const setting of names.split(' ')) assert.ok((setting.split('=')[0] ?? '') in settings, setting)
  assert.match(dockerfile, new RegExp(`^EXPOSE ${settings.WHERRY_PORT.default}$`, 'm'))
})

test('systemd accepts the unit', (t) => {
  const verify = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find((file) => existsSync(file))
  t.diagnostic(verify === undefined ? 'systemd-analyze is not on this machine: only the form is checked' : verify)
  for (const line of unit.split('\n')) assert.match(line, /^(?:#.*|\[\w+\]|[A-Z]\w+=.*|)$/)
  if (verify === undefined) return
  const file = join(tempFolder('unit'), 'wherry.service')
  const here = unit.replaceAll('/opt/wherry', root).replace('/usr/bin/node', process.execPath)
  writeFileSync(file, here.replace('User=wherry', 'User=daemon'))
  const ran = spawnSync(verify, ['verify', file], { encoding: 'utf8' })
  assert.deepEqual([ran.status, ran.stdout, ran.stderr], [0, '', ''])
})
