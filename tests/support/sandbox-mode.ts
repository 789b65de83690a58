import type { HardenedMode } from '../../src/config/settings.ts'

/** The mode of the sandbox in tests that name none: by default off, so that a test does the same on every machine. */
export const sandbox_mode = (process.env['WHERRY_TEST_SANDBOX_HARDENED'] ?? 'off') as HardenedMode
