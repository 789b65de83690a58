// `npm run demo`: tells in the terminal how people move from a legacy store to Wherry, with two real servers, and
// checks every figure that it tells. It ends with status 1 when one of them is not what it should be.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { stayUp } from './stay-up.ts'
import { firstLogins, secondLogins, twoDevices, wrongPassword } from './story/crossing.ts'
import { finish, ledger } from './story/finish.ts'
import { forgottenPassword } from './story/forgotten.ts'
import { outage } from './story/outage.ts'
import { connectThem, startBothSides, type Started } from './story/the-two-sides.ts'
import { createTeller, type Teller } from './teller.ts'
import { thingsToTry } from './things-to-try.ts'
import type { World } from './world.ts'

const usage = `Usage: npm run demo [-- --once | --stay]

Tells how people move from a legacy store to Wherry: two real servers on this machine, real logins, real figures.
In an interactive terminal both stay up afterwards, for trying by hand; otherwise it ends by itself.

  --once   end after the story, also in a terminal
  --stay   stay up after the story, also without a terminal (end it with Ctrl-C or SIGTERM)`

const chapters = [firstLogins, secondLogins, forgottenPassword, wrongPassword, twoDevices, outage, finish, ledger]

async function tellStory(tell: Teller, folder: string, started: Started): Promise<World> {
  const began_at = performance.now()
  tell.title('Wherry carries people over from a legacy user store, at their next login')
  const world = await connectThem(await startBothSides(tell, folder, started))
  for (const chapter of chapters) await chapter(world)
  tell.title(verdict(tell, (performance.now() - began_at) / 1000))
  for (const line of tell.broken()) tell.say(line)
  return world
}

async function letTry(world: World, log_file: string, until: AbortSignal): Promise<void> {
  world.tell.chapter('Your turn')
  world.tell.say(
    'Both servers stay up. Type off or on (and Enter) to switch the legacy store; queries that reach it are shown here. ' +
      'Ctrl-C stops everything and removes what was made.',
  )
  world.tell.lines(`\n${thingsToTry(world)}\nWherry's own log: ${log_file}\n`)
  await stayUp(world, until)
}

function verdict(tell: Teller, seconds: number): string {
  const broken = tell.broken().length
  const checks = tell.held() + broken
  return broken === 0
    ? `Told in ${seconds.toFixed(1)} s; all ${checks} checks held.`
    : `Told in ${seconds.toFixed(1)} s; ${broken} of ${checks} checks did not hold:`
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, stay: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help === true) {
    console.log(usage)
    return
  }
  const in_terminal = process.stdin.isTTY && process.stdout.isTTY
  const stays = values.stay === true || (in_terminal && values.once !== true)
  const in_colour = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  const tell = createTeller((text) => void process.stdout.write(text), in_colour)

  const folder = mkdtempSync(path.join(tmpdir(), 'wherry-demo-'))
  const started: Started = {}
  process.once('exit', () => {
    started.wherry?.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const stopped = new AbortController()
  const interrupted = once(stopped.signal, 'abort').then(() => undefined)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort())
  const story = tellStory(tell, folder, started)
  story.catch(() => undefined) // Once interrupted, nobody waits for it.
  let status: number | null | undefined
  try {
    const world = await Promise.race([story, interrupted])
    if (world && stays) await letTry(world, started.wherry?.log_file ?? '', stopped.signal)
    if (!world) process.exitCode = 130
    else if (tell.broken().length > 0) process.exitCode = 1
  } finally {
    status = await started.wherry?.stop()
    await started.store?.stop()
  }
  if (status === 0) {
    if (stopped.signal.aborted) tell.lines('Both servers have stopped, and what they made is gone.')
  } else if (process.exitCode !== 130) {
    console.error(`Wherry did not stop gracefully: it ended with ${status ?? 'a signal'}.`)
    process.exitCode = 1
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// What an interrupted story has left half-way must not keep this process.
process.exit()
