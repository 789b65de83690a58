/** Doctor: checks of what an operator has to get right, each with a finding and what to do. It repairs nothing. */
import type { Config } from '../../config/config.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import type { CommandDeps } from '../command-deps.ts'

/** How a finding is judged: a failure keeps users from logging in, or will; a warning is a risk, or a feature that does not work. */
export type Level = 'ok' | 'warning' | 'failure'

/** What a check found. `advice`: what to do about it. */
export type Finding = { check: string; level: Level; message: string; advice?: string }

/** The dependencies of checks. `store` is undefined where it cannot be opened: then its checks are left out. */
export type DoctorDeps = { config: Config; store: CommandDeps | undefined }

/** What one check found, before its name is added. */
export type Found = Omit<Finding, 'check'>

/** A finding that is as it should be. */
export const ok = (message: string): Found => ({ level: 'ok', message })

/** A finding that is a risk, and what to do. */
export const warning = (message: string, advice: string): Found => ({ level: 'warning', message, advice })

/** A finding that keeps users from logging in, or will, and what to do. */
export const failure = (message: string, advice: string): Found => ({ level: 'failure', message, advice })

/** The message of an error, or its code where it has no message. Of a store that is unavailable it is the message of the engine. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof StoreUnavailable && error.cause instanceof Error) return messageOf(error.cause)
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}
