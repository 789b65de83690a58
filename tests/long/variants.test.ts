// Test files of the short tier on the database that it leaves out, or with more requests.
import { long_variant_variable } from '../support/tier.ts'

process.env[long_variant_variable] = 'yes'
await import('../connections/connect-assistant.test.ts')
await import('../connections/script-calls.test.ts')
await import('../connections/script-saves.test.ts')
await import('../connections/script-versions.test.ts')
await import('../connections/sealed-scripts.test.ts')
await import('../jobs/deleted-connection.test.ts')
await import('../jobs/directory-load.test.ts')
await import('../jobs/job-files.test.ts')
await import('../jobs/killed-process.test.ts')
await import('../jobs/users-import.test.ts')
await import('../login/exactly-once.test.ts')
await import('../login/legacy-stores.test.ts')
await import('../login/usernames-as-addresses.test.ts')
await import('../management/input.test.ts')
await import('../management/migration-progress.test.ts')
await import('../management/on-postgres.test.ts')
await import('../processes/several-servers.test.ts')
await import('../server/apply-template.test.ts')
await import('../store/postgres-server.test.ts')
await import('../upgrade/old-store.test.ts')
