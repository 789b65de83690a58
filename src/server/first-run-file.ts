import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isJsonObject } from '../base/json.ts'
import { makeFolder } from '../base/make-folder.ts'

/** The addresses and credentials for the operator after the first start. Written to `<data>/first-run.json` (mode 0600). */
export type FirstRun = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  /** Absent where there is no admin origin. */
  admin_setup_url?: string
}

/** The path of the file. */
export function firstRunFile(data_dir: string): string {
  return path.join(data_dir, 'first-run.json')
}

/** Writes the file atomically, readable only by its owner. */
export function writeFirstRunFile(data_dir: string, first_run: FirstRun): void {
  const file = firstRunFile(data_dir)
  const written = `${file}.${process.pid}.new`
  makeFolder(data_dir)
  writeFileSync(written, `${JSON.stringify(first_run, null, 2)}\n`, { mode: 0o600 })
  renameSync(written, file)
}

/** Reads the file; undefined if it does not exist or has another content. */
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
  const texts = [issuer, management_audience, management_client_id, management_client_secret]
  if (admin_setup_url !== undefined) texts.push(admin_setup_url)
  return texts.every((text) => typeof text === 'string')
}
