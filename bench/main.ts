// `npm run bench [-- scenario …] [--long]`: measures the product, and oidc-provider in comparison, and reports which targets are met.
import { parseArgs } from 'node:util'
import { describeMachine } from './measure/machine.ts'
import { runScenarios, scenario_names } from './scenarios/run-scenarios.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { long: { type: 'boolean' } } })
const chosen = positionals.length === 0 ? scenario_names : positionals
const unknown = chosen.find((name) => !scenario_names.includes(name))
if (unknown !== undefined) {
  console.error(`There is no scenario "${unknown}". Choose from: ${scenario_names.join(', ')}. --long: 50,000 logins.`)
  process.exit(2)
}

console.log(describeMachine())
console.log('Server CPU is that of the server process, all threads; load generator and databases are other processes.')
const started = performance.now()
const missed = await runScenarios(chosen, values.long === true)
const seconds = Math.round((performance.now() - started) / 1000)
console.log(`\n${seconds} s; ${missed === 0 ? 'every target met' : `${missed} targets missed`}`)
