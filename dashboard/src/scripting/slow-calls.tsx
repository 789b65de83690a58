import { Alert, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { alert_styles } from '../ui/alert-styles'
import { WithCode } from '../ui/with-code'
import { comparedColumns } from './compared-columns'

// A look-up by an index takes a few milliseconds, and the way to the legacy store some more.
const slow_ms = 200

/**
 * Where calls of `login` or `get_user` take long: that the legacy store probably lacks an index, and on what.
 *
 * @param ms how long a call took, or half of them
 * @param source of the script, if it is known
 */
export function SlowCalls({
  ms,
  source,
  verifies_hash = false,
}: {
  ms: number | undefined
  source: string | undefined
  /** Whether a part of the time went into the verification of a password hash. */
  verifies_hash?: boolean
}): ReactElement | null {
  const t = useMessages().custom_database
  if (ms === undefined || ms <= slow_ms) return null
  const columns = comparedColumns(source ?? '').map((column) => `\`${column}\``)
  return (
    <Alert color="yellow" variant="light" title={t.slowTitle} styles={alert_styles} role="status">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <WithCode text={t.slowText(columns.join(', '))} /> {verifies_hash && t.slowHash}
      </Text>
    </Alert>
  )
}
