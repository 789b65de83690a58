import { Skeleton, Stack, Switch } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions } from '../ui/form-dialog'
import { Problem } from '../ui/problem'
import { ScopeChoice } from './scope-choice'

/** What a client grant permits. */
export type Granted = { scope: string[]; allow_all_scopes: boolean }

/** The form of what an application may request of an API. */
export function GrantForm({
  audience,
  initial,
  action,
  children,
  call,
  onSubmit,
  onClose,
}: {
  /** The identifier of the API; undefined until one is chosen. */
  audience: string | undefined
  initial: Granted
  action: string
  /** The choice of the other side, where the grant is new. */
  children?: ReactNode
  /** The call that `onSubmit` makes. */
  call: { error: unknown; isPending: boolean }
  /** Undefined while something must be chosen first. */
  onSubmit: ((granted: Granted) => void) | undefined
  onClose: () => void
}): ReactElement {
  const { grant } = useMessages().apis
  // What was ticked belongs to the API that was chosen then.
  const [scopes, setScopes] = useState<Readonly<Record<string, string[]>>>({})
  const scope = scopes[audience ?? ''] ?? initial.scope
  const [is_all, setIsAll] = useState(initial.allow_all_scopes)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit?.({ scope, allow_all_scopes: is_all })
      }}
    >
      <Stack>
        {children}
        <Switch
          label={grant.allLabel}
          description={grant.allHint}
          checked={is_all}
          onChange={(event) => setIsAll(event.currentTarget.checked)}
        />
        {!is_all && audience !== undefined && (
          <ScopesOf
            key={audience}
            audience={audience}
            chosen={scope}
            onChange={(chosen) => setScopes({ ...scopes, [audience]: chosen })}
          />
        )}
        <DialogActions label={action} call={call} onCancel={onClose} is_disabled={onSubmit === undefined} />
      </Stack>
    </form>
  )
}

function ScopesOf({
  audience,
  chosen,
  onChange,
}: {
  audience: string
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}): ReactElement {
  const { data, error, refetch } = useRead('getResourceServer', { id: audience, fields: 'scopes' })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={160} />
  return <ScopeChoice defined={data.scopes ?? []} chosen={chosen} onChange={onChange} />
}
