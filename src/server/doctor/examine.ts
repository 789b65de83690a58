import { counted } from '../../base/count-text.ts'
import { systemClock } from '../../base/clock.ts'
import type { UntrustedForwarding } from '../warn-untrusted-proxy.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkClock } from './check-clock.ts'
import { checkDisk } from './check-disk.ts'
import { checkKeys } from './check-keys.ts'
import { checkMail } from './check-mail.ts'
import { checkProxy } from './check-proxy.ts'
import { checkSandbox } from './check-sandbox.ts'
import { checkStore } from './check-store.ts'
import { checkTls } from './check-tls.ts'
import { failure, messageOf, type DoctorDeps, type Finding, type Found } from './finding.ts'

/** What `doctor` found: the findings in the order of the checks, and the worst of their levels. */
export type Examination = { level: Finding['level']; findings: Finding[] }

/** The name of a check, and what runs it. */
type Check = [name: string, run: () => Found[] | Promise<Found[]>]

const check_within_ms = 30_000

/** The worst level of findings. */
export function worstOf(findings: readonly Finding[]): Finding['level'] {
  if (findings.some(({ level }) => level === 'failure')) return 'failure'
  return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok'
}

/** Runs a check. A check that fails itself, or does not end, is a failure. */
async function runCheck([check, run]: Check): Promise<Finding[]> {
  const late = new Promise<Found[]>((resolve) => {
    const found = failure(
      `The check did not end within ${check_within_ms / 1000} s.`,
      'What it uses hangs: look at the process log.',
    )
    setTimeout(resolve, check_within_ms, [found]).unref()
  })
  const found = await Promise.race([(async () => await run())(), late]).catch((error: unknown) => [
    failure(`The check failed: ${messageOf(error)}.`, 'The message says what it could not read.'),
  ])
  return found.map((each) => ({ check, ...each }))
}

/** Runs all checks, one after the other: in the running server, or, where none runs, with its settings. */
export async function examine(deps: DoctorDeps, seen?: UntrustedForwarding): Promise<Examination> {
  const { config, store } = deps
  const of_store: Check[] = store
    ? [
        ['store', () => checkStore(store)],
        ['clock', () => checkClock(store)],
        ['keys', () => checkKeys(store)],
        ['sandbox', () => checkSandbox(store)],
        ['address', () => checkAddresses(store)],
      ]
    : []
  const checks: Check[] = [
    ...of_store,
    ['mail', () => checkMail(deps)],
    ['tls', () => checkTls(deps, systemClock.now())],
    ['disk', () => checkDisk(config)],
    ['proxy', () => checkProxy(config, seen)],
  ]
  const findings: Finding[] = []
  for (const check of checks) findings.push(...(await runCheck(check)))
  return { level: worstOf(findings), findings }
}

const marks = { ok: 'ok      ', warning: 'WARNING ', failure: 'FAILURE ' } as const
const indent = ' '.repeat(18)

/** The findings for the terminal: a line for each, and what to do below. */
export function describeExamination({ findings }: Examination): string {
  const lines = findings.map(({ check, level, message, advice }) => {
    const first = `${marks[level]}${check.padEnd(10)}${message}`
    return advice === undefined ? first : `${first}\n${indent}→ ${advice}`
  })
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length
  return [
    ...lines,
    '',
    `${count('ok')} ok, ${counted(count('warning'), 'warning')}, ${counted(count('failure'), 'failure')}`,
  ].join('\n')
}
