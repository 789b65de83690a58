import { readConfig, ConfigError, type Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { CommandFailed, runOnServer } from './command-client.ts'
import { withCommandDeps } from './command-deps.ts'
import type { CommandOptions } from './command-options.ts'
import { describeExamination, examine, worstOf, type Examination } from './doctor/examine.ts'
import { messageOf, type Finding } from './doctor/finding.ts'
import type { StoreCommand } from './store-command.ts'
import { standard_output } from './print-line.ts'

/** The command that checks a running server: it answers an `Examination` as JSON. */
export const doctor_command = {
  doctor: () => async (deps) => {
    const examination = await examine({ config: deps.config, store: deps }, deps.forwarding_seen.untrusted)
    return { stdout: JSON.stringify(examination) }
  },
} satisfies Record<string, StoreCommand>

/** The examination of an installation whose server, or store, cannot be used: the other checks run with its settings. */
async function withoutStore(config: Config, finding: Finding): Promise<Examination> {
  const { findings } = await examine({ config, store: undefined })
  return { level: worstOf([finding, ...findings]), findings: [finding, ...findings] }
}

/** Examines the running server, or, where none runs, its store and settings. */
async function examineInstallation(config: Config): Promise<Examination> {
  try {
    const output = await runOnServer(config.data_dir, { name: 'doctor', options: {} })
    if (output) return JSON.parse(output.stdout) as Examination
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error
    const advice = 'The process log of the server has the reason.'
    return await withoutStore(config, { check: 'store', level: 'failure', message: messageOf(error), advice })
  }
  try {
    return await withCommandDeps(config, (deps) => examine({ config, store: deps }))
  } catch (error) {
    const advice =
      error instanceof Refusal
        ? 'A server that is started with these settings makes a new store.'
        : 'The server does not start until this is settled.'
    return await withoutStore(config, { check: 'store', level: 'failure', message: messageOf(error), advice })
  }
}

/** Runs `doctor`: prints the findings, and returns the exit status, which is 1 where there is a failure. */
export async function runDoctor(
  env: Record<string, string | undefined>,
  { json }: Pick<CommandOptions, 'json'>,
): Promise<number> {
  let examination: Examination
  try {
    examination = await examineInstallation(readConfig(env))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const advice = 'docs/reference/configuration.md lists all settings.'
    const finding: Finding = { check: 'settings', level: 'failure', message: error.problems.join(' '), advice }
    examination = { level: 'failure', findings: [finding] }
  }
  standard_output.printLine(json === true ? JSON.stringify(examination, null, 2) : describeExamination(examination))
  return examination.level === 'failure' ? 1 : 0
}
