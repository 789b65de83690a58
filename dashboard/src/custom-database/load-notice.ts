import { notifyUndo } from '../ui/notices'

const closeOf = new Map<string, () => void>()

/** Closes the notice of a connection's last load of scripts, if it is shown: what was loaded is in use from now on. */
export function closeLoadNotice(connection_id: string): void {
  closeOf.get(connection_id)?.()
  closeOf.delete(connection_id)
}

/** Says that scripts were loaded into the editor of a connection, with a button that reverses it until they are saved. */
export function showLoadNotice(connection_id: string, text: string, undo: { label: string; run: () => void }): void {
  closeLoadNotice(connection_id)
  closeOf.set(connection_id, notifyUndo(text, undo))
}
