// Files on their way to the admin's disk. They lie in the origin private file system of the browser meanwhile (File System Standard, section
// 5): a Blob of a report of a million rows would be held in memory.
import type { Input, RouteName } from './contract-types'
import { unreachable } from './problem-error'
import { addressOf, authorizedFetch } from './send'

// The browser copies the file to the disk after the download has begun, and does not say when it is done.
const kept_ms = 600_000

/** The folder of the files; undefined where the browser has none, or permits none in a private window. */
async function openFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  if (!('createWritable' in (globalThis.FileSystemFileHandle?.prototype ?? {}))) return undefined
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle('downloads', { create: true })
  } catch {
    return undefined
  }
}

/** Removes the files of downloads that began ten minutes ago or longer, also those of tabs that were closed. */
export async function removeOldDownloads(): Promise<void> {
  const folder = await openFolder()
  if (!folder) return
  for await (const name of folder.keys()) {
    // A name begins with the time.
    if (Number.parseInt(name, 10) < Date.now() - kept_ms) await folder.removeEntry(name).catch(() => undefined)
  }
}

/** The whole content of a response. @throws {ProblemError} where the connection ends before it */
async function contentOf(response: Response): Promise<Blob> {
  const folder = await openFolder()
  if (!folder || !response.body) return await response.blob()
  const name = `${Date.now()}-${crypto.randomUUID()}`
  const handle = await folder.getFileHandle(name, { create: true })
  try {
    await response.body.pipeTo(await handle.createWritable())
  } catch (error) {
    await folder.removeEntry(name).catch(() => undefined)
    throw error
  }
  setTimeout(() => void removeOldDownloads(), kept_ms)
  const file = await handle.getFile()
  return file.slice(0, file.size, response.headers.get('content-type') ?? '')
}

/**
 * Downloads what an operation answers, under the name that the server gives it.
 *
 * @throws {ProblemError} where the server refuses, and where the connection ends before the file does: half a file is never saved
 */
export async function download<N extends RouteName>(tenant_id: string, name: N, input: Input<N>): Promise<void> {
  const response = await authorizedFetch(addressOf(tenant_id, name, input as Record<string, unknown>))
  const file_name = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? name
  const content = await contentOf(response).catch((error: unknown) => {
    throw unreachable(error)
  })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = file_name
  link.click()
  URL.revokeObjectURL(link.href)
}
