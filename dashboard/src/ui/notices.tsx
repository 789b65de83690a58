import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { problemText } from './problem-text'

const shown_ms = 6000
const undo_ms = 12_000

/** Says that something was done. */
export function notify(text: string): void {
  notifications.show({ message: text, autoClose: shown_ms, withBorder: true })
}

/** Says that something could not be done, and why. It stays until it is closed. */
export function notifyProblem(title: string, error: unknown): void {
  notifications.show({
    title,
    message: problemText(error),
    color: 'red',
    autoClose: false,
    withBorder: true,
    role: 'alert',
  })
}

/**
 * Says that something was done, with a button that reverses it: for whatever can be reversed, instead of a question before. Returns what
 * closes the notice, for where it can no longer be reversed. `onClose` runs however the notice ends.
 */
export function notifyUndo(text: string, undo: { label: string; run: () => void }, onClose?: () => void): () => void {
  const id = notifications.show({
    autoClose: undo_ms,
    ...(onClose ? { onClose } : {}),
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{text}</Text>
        <Button
          size="compact-sm"
          variant="default"
          style={{ flexShrink: 0 }}
          onClick={() => {
            notifications.hide(id)
            undo.run()
          }}
        >
          {undo.label}
        </Button>
      </Group>
    ),
  })
  return () => void notifications.hide(id)
}
