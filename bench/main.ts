// `npm run bench`: measures the product and reports which targets are met; `-- --help` prints the arguments.
import { ArgumentError, readArguments, usage } from './arguments.ts'
import { CheckoutError } from './compare/checkout.ts'
import { runComparison } from './compare/run-comparison.ts'
import { workloads } from './compare/workloads.ts'
import { describeMachine } from './measure/machine.ts'
import { runScenarios, scenario_names } from './scenarios/run-scenarios.ts'

const names = { all: scenario_names, comparable: Object.keys(workloads) }

async function main(): Promise<void> {
  const { scenarios, long, attacks, against, help } = readArguments(process.argv.slice(2), names)
  if (help) return console.log(usage(names))
  console.log(describeMachine())
  console.log(
    'Server CPU is that of the server process, all threads; load generator and databases are other processes.',
  )
  const started = performance.now()
  const missed = await (against === undefined
    ? runScenarios(scenarios, { long, attacks })
    : runComparison(scenarios, against))
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`\n${seconds} s; ${missed === 0 ? 'every target met' : `${missed} targets missed`}`)
}

// `exit` handlers remove temporary files, and do not run when a signal ends the process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

try {
  await main()
} catch (error) {
  if (!(error instanceof ArgumentError || error instanceof CheckoutError)) throw error
  console.error(error instanceof ArgumentError ? `${error.message}\n\n${usage(names)}` : error.message)
  process.exitCode = 2
}
