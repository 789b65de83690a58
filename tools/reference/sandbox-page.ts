import { abuse_payloads } from '../../tests/sandbox/abuse-payloads.ts'
import { expected_stops, stops } from '../../tests/sandbox/payload-outcomes.ts'
import { code, page, table } from './markdown.ts'

const kinds: Record<string, string> = {
  timed_out: 'the deadline',
  out_of_memory: 'the limit of memory',
  crashed: 'the end of its process',
  failed: 'an error of the script',
}

/** Prints what each mode of the sandbox stops, as `tests/long/sandbox-payloads.test.ts` finds it. */
export function sandboxPage(): string {
  return page('What the sandbox stops', [
    'Each payload is an action script that runs in both modes: default, and hardened by bubblewrap. The last column is a Deno process in the namespaces of the hardened mode to which Deno permits everything, as if its own checks had failed. `npm run test:long -- sandbox-payloads` runs all of them and fails where one is stopped by something else than this page says.',
    '## What a script tries once',
    table(
      ['a script tries to', 'default', 'hardened', 'namespaces alone'],
      Object.entries(expected_stops).map(([name, row]) => [name, ...row]),
    ),
    table(
      ['stopped by', 'meaning'],
      Object.entries(stops).map(([name, meaning]) => [name, meaning]),
    ),
    '## Misuse of time, memory and output',
    'The call beside it in the same process and the calls of other connections are answered, and so is the next call. Both modes stop it alike.',
    table(
      ['a script that', 'is ended by', 'reason'],
      Object.entries(abuse_payloads).map(([name, payload]) => [
        name,
        payload.kinds.map((kind) => kinds[kind] ?? kind).join(' or '),
        code(payload.reason?.source.replaceAll('\\', '') ?? ''),
      ]),
    ),
  ])
}
