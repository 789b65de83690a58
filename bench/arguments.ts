// The command line of the benchmark.
import { parseArgs } from 'node:util'

/** What is run: scenarios on this checkout, or with `against` the comparison of their workloads with that commit. */
export type Arguments = {
  scenarios: string[]
  long: boolean
  /** Parts of the names of the attacks that the scenario neighbours runs; all of them where there are none. */
  attacks: string[]
  against: string | undefined
  help: boolean
}

/** Names that are allowed: all scenarios, and those whose workloads can be compared. */
export type ScenarioNames = { all: string[]; comparable: string[] }

/** Mistakes on the command line; the message is for its user. */
export class ArgumentError extends Error {}

/** The text of `--help`. */
export function usage({ all, comparable }: ScenarioNames): string {
  return `npm run bench -- [scenario …] [--long]
  Measures this checkout, and oidc-provider in comparison.
  Scenarios: ${all.join(', ')} (default: all).
  --attack <text>     the scenario neighbours runs only the attacks with this text in their names; may be repeated
  --long              50,000 logins in the scenario start, instead of 5,000; the scenario scale also with a million users

npm run bench -- [scenario …] --against <commit>
  Compares this checkout, as its files are, with another commit: both servers run side by side, and
  20 alternating rounds measure the server CPU per request of each.
  Scenarios: ${comparable.join(', ')} (default: all of these).`
}

/**
 * Reads the arguments.
 *
 * @throws {ArgumentError}
 */
export function readArguments(args: string[], names: ScenarioNames): Arguments {
  const { values, positionals } = parse(args)
  const { against, long = false, help = false, attack: attacks = [] } = values
  if (against?.trim() === '') throw new ArgumentError('--against needs a commit.')
  if (attacks.length > 0 && (against !== undefined || !positionals.includes('neighbours')))
    throw new ArgumentError('--attack applies to the scenario neighbours only.')
  if (against !== undefined && long) throw new ArgumentError('--long does not apply to --against.')
  const allowed = against === undefined ? names.all : names.comparable
  const unknown = positionals.find((name) => !allowed.includes(name))
  if (unknown !== undefined) {
    const problem = names.all.includes(unknown)
      ? `The scenario "${unknown}" cannot be compared with another commit.`
      : `There is no scenario "${unknown}".`
    throw new ArgumentError(`${problem} Choose from: ${allowed.join(', ')}.`)
  }
  return { scenarios: positionals.length === 0 ? allowed : [...new Set(positionals)], long, attacks, against, help }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        long: { type: 'boolean' },
        attack: { type: 'string', multiple: true },
        against: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
