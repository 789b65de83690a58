import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isJsonObject } from '../base/json.ts'

/** What the operator needs after the first start; written to `<data>/first-run.json` (mode 0600). */
export type FirstRun = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  admin_setup_url: string
}

/** Where the first start leaves what the operator needs. */
export function firstRunFile(data_dir: string): string {
  return path.join(data_dir, 'first-run.json')
}

/** Writes the file whole, readable by its owner only. */
export function writeFirstRunFile(data_dir: string, first_run: FirstRun): void {
  const file = firstRunFile(data_dir)
  const written = `${file}.${process.pid}.new`
  mkdirSync(data_dir, { recursive: true, mode: 0o700 })
  writeFileSync(written, `${JSON.stringify(first_run, null, 2)}\n`, { mode: 0o600 })
  renameSync(written, file)
}

/** What the file says; undefined when there is none, or the operator made something else of it. */
export function readFirstRunFile(data_dir: string): FirstRun | undefined {
  const file = firstRunFile(data_dir)
  if (!existsSync(file)) return undefined
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
  return isFirstRun(read) ? read : undefined
}

function isFirstRun(value: unknown): value is FirstRun {
  if (!isJsonObject(value)) return false
  const { issuer, management_audience, management_client_id, management_client_secret, admin_setup_url } = value
  const texts = [issuer, management_audience, management_client_id, management_client_secret, admin_setup_url]
  return texts.every((text) => typeof text === 'string')
}
