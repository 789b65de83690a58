import { notifyUndo } from '../ui/notices'

type Notice = { text: string; undo: { label: string; run: () => void }; close: () => void }

const shown = new Map<string, Notice>()

/**
 * Closes the notice of a connection's last load of scripts, if it is shown: its Undo would delete what scripts need that are being saved.
 * Returns what shows it again, for where they were not saved.
 */
export function closeLoadNotice(connection_id: string): () => void {
  const notice = shown.get(connection_id)
  notice?.close()
  return () => {
    if (notice) showLoadNotice(connection_id, notice.text, notice.undo)
  }
}

/** Says that scripts were loaded into the editor of a connection, with a button that reverses it until they are saved. */
export function showLoadNotice(connection_id: string, text: string, undo: Notice['undo']): void {
  closeLoadNotice(connection_id)
  const close = notifyUndo(text, undo, () => shown.delete(connection_id))
  shown.set(connection_id, { text, undo, close })
}
