import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import type { Generated } from '../connections/start-from-template'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { AddressStep } from './address-step'
import { ColumnsStep } from './columns-step'
import { LoadStep } from './load-step'
import { PasswordsStep } from './passwords-step'
import { TableStep } from './table-step'
import { useInspection, type Asked, type Inspection } from './use-inspection'

const steps = ['address', 'table', 'columns', 'passwords', 'load'] as const

/** What each step shows and what it can do. */
export type StepProps = {
  connection: Answer<'getConnection'>
  found: Inspection
  asked: Asked
  is_busy: boolean
  /** Inspects the legacy store again, with another answer. */
  inspect: (next: Asked) => Promise<Inspection | undefined>
  next: () => void
  /** Goes back to the question about columns and settings. */
  toSettings: () => void
}

/**
 * The connect assistant: asks for the address of a database, then shows what it found there, question by question, and ends in scripts
 * that are loaded and not in use.
 */
export function ConnectAssistant({
  connection,
  onLoad,
}: {
  connection: Answer<'getConnection'>
  onLoad: (generated: Generated) => void
}): ReactElement {
  const t = useMessages().assistant
  const [at, setAt] = useState(0)
  const { found, asked, is_busy, error, inspect } = useInspection(connection.id)
  const heading = useRef<HTMLHeadingElement>(null)
  const step = steps[at] ?? 'address'
  useEffect(() => {
    if (at > 0) heading.current?.focus()
  }, [at])
  const next = (): void => setAt(at + 1)
  const props = found && {
    connection,
    found,
    asked,
    is_busy,
    inspect,
    next,
    toSettings: () => setAt(steps.indexOf('columns')),
  }
  return (
    <Stack>
      <div>
        <Text size="sm" c="dimmed">
          {t.question(at + 1, steps.length)}
        </Text>
        <Title order={3} size="h4" ref={heading} tabIndex={-1}>
          {t.questions[step]}
        </Title>
        <Text size="sm">{t.hints[step]}</Text>
      </div>
      {error !== null && !is_busy && <Problem error={error} title={t.notInspected} />}
      {step === 'address' && <AddressStep connection={connection} inspect={inspect} is_busy={is_busy} next={next} />}
      {props && step === 'table' && <TableStep {...props} />}
      {props && step === 'columns' && <ColumnsStep {...props} />}
      {props && step === 'passwords' && <PasswordsStep {...props} />}
      {props && step === 'load' && <LoadStep {...props} onLoad={onLoad} />}
      <Group>
        {at > 0 && (
          <Button variant="subtle" disabled={is_busy} onClick={() => setAt(at - 1)}>
            {t.back}
          </Button>
        )}
        <Text size="sm" role="status">
          {is_busy ? t.inspecting : ''}
        </Text>
      </Group>
    </Stack>
  )
}
