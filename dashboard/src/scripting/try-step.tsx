import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState, type FormEvent, type ReactElement, type ReactNode } from 'react'
import type { Answer, CallName } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { CodeEditor } from '../ui/code-editor'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { readJsonObject } from '../ui/read-json-object'
import { syntaxErrorOf, type CodeDraft } from './code-draft'
import { StepResult } from './step-result'

type Tried = Answer<'tryRule'>

/** What a rule or an action is run with: JSON objects that can be edited, by their names. */
export type TryInput<N extends string> = { name: N; label: string; rows: number }

type Then = { onAnswer: (answer: Tried) => void; onError: (problem: unknown) => void }

const triedFrom = (source: string, texts: Readonly<Record<string, string>>): string => JSON.stringify([source, texts])

/**
 * Runs the text in the editor once with values that can be edited, and shows what it decided.
 *
 * @param texts the values as JSON, by name
 */
export function TryStep<N extends string>({
  call,
  run,
  is_busy,
  error,
  inputs,
  texts,
  onChange,
  draft,
  children,
}: {
  call: CallName
  run: (values: Record<N, Record<string, unknown>>, then: Then) => void
  is_busy: boolean
  error: unknown
  inputs: readonly TryInput<N>[]
  texts: Readonly<Record<N, string>>
  onChange: (name: N, text: string) => void
  draft: CodeDraft
  /** Further controls beside the button. */
  children?: ReactNode
}): ReactElement {
  const t = useMessages().scripting
  const [tried, setTried] = useState<{ from: string; answer: Tried }>()
  const values = inputs.map(({ name }) => [name, readJsonObject(texts[name])] as const)
  const are_objects = values.every(([, value]) => value !== undefined)
  const source = draft.text
  const has_failed = error !== null && error !== undefined
  const from = triedFrom(source, texts)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!are_objects) return
    draft.mark(undefined)
    run(Object.fromEntries(values) as Record<N, Record<string, unknown>>, {
      onAnswer: (answer) => {
        setTried({ from, answer })
        if (answer.line !== undefined) draft.mark({ source, line: answer.line, message: answer.message ?? '' })
      },
      onError: (problem) => {
        const found = syntaxErrorOf(problem)
        if (found) draft.mark({ source, ...found })
      },
    })
  }
  return (
    <Stack>
      <form onSubmit={submit} autoComplete="off">
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t.tryHint}
          </Text>
          <SimpleGrid cols={{ base: 1, md: inputs.length }}>
            {inputs.map(({ name, label, rows }) => (
              <Stack key={name} gap={4} miw={0}>
                <Text size="sm" fw={600}>
                  {label}
                </Text>
                <CodeEditor
                  label={label}
                  language="json"
                  rows={rows}
                  value={texts[name]}
                  onChange={(text) => onChange(name, text)}
                />
                {readJsonObject(texts[name]) === undefined && (
                  <Text size="sm" c="var(--mantine-color-error)" role="alert">
                    {t.notJson}
                  </Text>
                )}
              </Stack>
            ))}
          </SimpleGrid>
          <Group align="flex-end">
            <Permission call={call}>
              <Button type="submit" variant="default" loading={is_busy} disabled={source.trim() === '' || !are_objects}>
                {t.run}
              </Button>
            </Permission>
            {children}
          </Group>
        </Stack>
      </form>
      {has_failed && <Problem error={error} title={t.tryFailed} />}
      {tried && !has_failed && <StepResult answer={tried.answer} is_stale={tried.from !== from} />}
    </Stack>
  )
}
