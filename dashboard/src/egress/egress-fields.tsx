import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { DataTable } from '../ui/data-table'
import { notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import type { EgressAccess, EgressRules } from './egress-rules'

type Props = { access: EgressAccess }

/** Whether all public hosts may be reached, or the listed destinations only. */
export function EgressMode({ access: { rules, call, is_busy, save } }: Props): ReactElement {
  const t = useMessages().custom_database
  const [asks, setAsks] = useState(false)
  const can = useCan(call)
  const { allow } = rules
  const set = (mode: EgressRules['mode'], onDone: () => void): void => save({ mode, allow }, onDone)
  return (
    <>
      <Radio.Group
        value={rules.mode}
        aria-label={t.network}
        onChange={(next) => (next === 'allow_list' ? setAsks(true) : set('open', () => undefined))}
      >
        <Stack gap="xs">
          <Radio value="open" label={t.open} description={t.openHint} disabled={!can} />
          <Radio value="allow_list" label={t.allowList} disabled={!can} />
        </Stack>
      </Radio.Group>
      <ConfirmDialog
        is_open={asks}
        onClose={() => setAsks(false)}
        title={t.toAllowListTitle}
        action={t.toAllowList}
        is_busy={is_busy}
        onConfirm={() => set('allow_list', () => setAsks(false))}
      >
        {t.toAllowListText(allow.length)}
      </ConfirmDialog>
    </>
  )
}

/** The listed destinations, each with its test where there is one. */
export function Destinations({ access: { rules, call, save, renderTest } }: Props): ReactElement {
  const t = useMessages()
  const { custom_database: texts } = t
  const { mode, allow } = rules
  const remove = (entry: string): void =>
    save({ mode, allow: allow.filter((one) => one !== entry) }, () =>
      notifyUndo(texts.destinationRemoved(entry), {
        label: t.ui.undo,
        run: () => save(rules, () => undefined),
      }),
    )
  if (allow.length === 0) return <Text size="sm">{texts.noDestinations}</Text>
  return (
    <DataTable
      label={texts.allowList}
      head={[texts.destination, ...(renderTest ? [texts.test] : []), texts.actions]}
      rows={allow.map((entry) => [
        <Text key="entry" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {entry}
        </Text>,
        ...(renderTest ? [<div key="test">{renderTest(entry)}</div>] : []),
        <Permission key="remove" call={call}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={`${texts.removeDestination}: ${entry}`}
            onClick={() => remove(entry)}
          >
            {texts.removeDestination}
          </Button>
        </Permission>,
      ])}
    />
  )
}

/** Adds a destination; where there is a test, also one that is not listed can be tested. */
export function AddDestination({ access: { rules, call, is_busy, save, renderTest } }: Props): ReactElement {
  const t = useMessages()
  const { custom_database: texts } = t
  const [entry, setEntry] = useState('')
  const [tested, setTested] = useState<string>()
  const typed = entry.trim()
  const add = (): void =>
    save({ ...rules, allow: [...new Set([...rules.allow, typed])] }, () => {
      setEntry('')
      notifyUndo(texts.allowedDone(typed), { label: t.ui.undo, run: () => save(rules, () => undefined) })
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (typed !== '') add()
      }}
    >
      <Stack gap="xs">
        <Group align="end">
          <TextInput
            label={texts.destinationLabel}
            value={entry}
            maxLength={300}
            style={{ flex: '1 1 16rem', maxWidth: '28rem' }}
            onChange={(event) => {
              setEntry(event.currentTarget.value)
              setTested(undefined)
            }}
          />
          <Permission call={call}>
            <Button type="submit" variant="default" disabled={typed === ''} loading={is_busy}>
              {texts.addDestination}
            </Button>
          </Permission>
          {renderTest && (
            <Permission call="testDestination">
              <Button variant="default" disabled={typed === ''} onClick={() => setTested(typed)}>
                {texts.testDestination}
              </Button>
            </Permission>
          )}
        </Group>
        {tested !== undefined && <div key={tested}>{renderTest?.(tested, { is_at_once: true })}</div>}
      </Stack>
    </form>
  )
}
