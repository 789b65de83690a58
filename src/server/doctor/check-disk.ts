import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { store_file } from '../../store/backup-store.ts'
import type { Config } from '../../config/config.ts'
import { failure, ok, warning, type Found } from './finding.ts'

const mebibyte = 1024 * 1024
const few_bytes = 100 * mebibyte
const low_bytes = 1024 * mebibyte
const few_files = 1000

const sizeText = (bytes: number): string =>
  bytes < 10 * 1024 * mebibyte ? `${Math.floor(bytes / mebibyte)} MiB` : `${Math.floor(bytes / mebibyte / 1024)} GiB`

/** Judges the free space of a file system: in bytes, and in files; `files` is 0 where the file system has no limit of them. */
export function judgeSpace(
  folder: string,
  free_bytes: number,
  files: { total: number; free: number },
  store_bytes: number,
): Found {
  const text = `The file system of ${folder} has ${sizeText(free_bytes)} free.`
  if (free_bytes < few_bytes || (files.total > 0 && files.free < few_files)) {
    const of_files = free_bytes < few_bytes ? '' : ` It has space for ${files.free} more files only.`
    return failure(`${text}${of_files}`, 'Free space now: when it is full, requests that write answer 503.')
  }
  if (free_bytes < low_bytes) return warning(text, 'Free space: logs, the write-ahead log and imports need it.')
  if (free_bytes < store_bytes)
    return warning(
      `${text} The store has ${sizeText(store_bytes)}.`,
      'A backup into this file system does not fit: write it to another one.',
    )
  return ok(text)
}

/** Checks the space of the data folder, and who may open it. */
export async function checkDisk({ data_dir, database_url }: Config): Promise<Found[]> {
  const folder = statSync(data_dir, { throwIfNoEntry: false })
  if (!folder)
    return [warning(`There is no data folder ${data_dir}.`, 'Start the server once, or set WHERRY_DATA_DIR.')]
  const { bavail, bsize, files, ffree } = await statfs(data_dir)
  const store = statSync(path.join(data_dir, store_file), { throwIfNoEntry: false })
  const store_bytes = database_url === undefined ? (store?.size ?? 0) : 0
  const space = judgeSpace(data_dir, bavail * bsize, { total: files, free: ffree }, store_bytes)
  if ((folder.mode & 0o077) === 0) return [space]
  return [
    space,
    warning(
      `Other users of this machine may open ${data_dir} (mode ${(folder.mode & 0o777).toString(8)}).`,
      `It holds the store and the sealing key: chmod 700 ${data_dir}`,
    ),
  ]
}
