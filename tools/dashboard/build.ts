// `node tools/dashboard/build.ts` builds the dashboard into dashboard/dist when its sources have changed; with --force always.
import { ensureDashboard } from './ensure-dashboard.ts'

const { built_in_ms, missing } = await ensureDashboard({ is_forced: process.argv.includes('--force') })
if (built_in_ms !== undefined) console.log(`Built the dashboard in ${(built_in_ms / 1000).toFixed(1)} s.`)
if (missing !== undefined) console.log(missing)
