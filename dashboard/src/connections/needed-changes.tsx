import { Alert, List } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { isReplacing, type NeededChanges } from './use-save-needs'

/** Says what loading scripts changes of the connection at once; nothing where it changes nothing. */
export function NeededChangesAlert({ changes }: { changes: NeededChanges }): ReactElement | null {
  const t = useMessages().connections.needs
  const { added, replaced, allowed, restricts_network, replaces_normalization } = changes
  const lines = [
    ...(added.length > 0 ? [t.added(added.join(', '))] : []),
    ...(restricts_network ? [t.restricted] : []),
    ...(allowed.length > 0 ? [t.allowed(allowed.join(', '))] : []),
    ...(replaced.length > 0 ? [t.replaced(replaced.join(', '))] : []),
    ...(replaces_normalization ? [t.normalization] : []),
  ]
  if (lines.length === 0) return null
  return (
    <Alert color={isReplacing(changes) ? 'yellow' : 'blue'} variant="light" title={t.title}>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
