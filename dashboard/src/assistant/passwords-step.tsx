import { Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { StateBadge } from '../ui/state-badge'
import type { StepProps } from './connect-assistant'

const accepted = ['moved', 'found', 'legacy_success', 'moved_before']

/** Shows the forms of the stored hashes, and proves them with one user whose password the admin knows. */
export function PasswordsStep({ found, asked, inspect, is_busy, next, toSettings }: StepProps): ReactElement {
  const t = useMessages()
  const texts = t.assistant
  const [identifier, setIdentifier] = useState('')
  const [password, setPassword] = useState('')
  const { forms, sampled, may_be, recipe, of_known_user } = found.hashes
  const login = found.tried.find(({ script }) => script === 'login')
  const is_proven = login !== undefined && accepted.includes(login.outcome)
  const lacks_recipe =
    login !== undefined && !is_proven && of_known_user?.verifiable === false && !of_known_user.recipe_found
  const whyNot = ({ outcome, message }: (typeof found.tried)[number]): string => {
    const answer = Object.hasOwn(texts.refused, outcome)
      ? texts.refused[outcome as keyof typeof texts.refused]
      : undefined
    const name = (t.migration.outcomes as Record<string, string>)[outcome] ?? outcome
    return answer ?? (message === undefined ? name : `${name}: ${message}`)
  }
  const isProven = (form: string): boolean => is_proven && form === of_known_user?.form
  const unproven = forms.filter(({ form, verifiable }) => !verifiable && !isProven(form))
  const is_complete = is_proven && unproven.length === 0
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void inspect({ ...asked, known_user: { identifier: identifier.trim(), password } })
      }}
    >
      <Stack>
        {forms.length === 0 ? (
          <Text>{texts.noHashes}</Text>
        ) : (
          <DataTable
            label={texts.forms(sampled)}
            head={[texts.form, texts.users, texts.verifiable]}
            rows={forms.map(({ form, count, verifiable }) => [
              form,
              t.ui.number(count),
              <StateBadge key="verifiable" tone={verifiable || isProven(form) ? 'good' : 'warning'}>
                {isProven(form) ? texts.proven : verifiable ? texts.isVerifiable : texts.needsRecipe}
              </StateBadge>,
            ])}
          />
        )}
        {forms.some(({ verifiable }) => !verifiable) && <Text size="sm">{texts.whatRecipe}</Text>}
        {may_be.length > 0 && <Text size="sm">{texts.mayBe(may_be.join(', '))}</Text>}
        {recipe !== undefined && Object.keys(recipe).length > 0 && (
          <div>
            <Text size="sm">{texts.recipe}</Text>
            <Code block>{JSON.stringify(recipe, null, 2)}</Code>
          </div>
        )}
        <Text>{texts.prove}</Text>
        <TextInput
          label={texts.identifier}
          value={identifier}
          maxLength={254}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setIdentifier(event.currentTarget.value)}
        />
        <PasswordInput
          label={texts.password}
          description={texts.passwordHint}
          value={password}
          maxLength={1024}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={is_busy}
            disabled={identifier.trim() === '' || password === ''}
          >
            {texts.proveIt}
          </Button>
          {login && (
            <Group role="status" gap="xs">
              <StateBadge tone={is_complete ? 'good' : is_proven ? 'warning' : 'bad'}>
                {is_proven ? texts.provenFor(of_known_user?.form ?? '') : texts.notProven}
              </StateBadge>
              <Text size="sm">{is_proven ? texts.provenText : lacks_recipe ? texts.noRecipe : whyNot(login)}</Text>
            </Group>
          )}
        </Group>
        {is_proven && !is_complete && (
          <Text size="sm">{texts.stillUnproven(unproven.reduce((sum, { count }) => sum + count, 0))}</Text>
        )}
        {(lacks_recipe || unproven.length > 0) && (
          <Group gap="xs">
            <Text size="sm">{texts.enterRecipe}</Text>
            <Button size="compact-sm" variant="default" disabled={is_busy} onClick={toSettings}>
              {texts.toSettings}
            </Button>
          </Group>
        )}
        <Group justify="flex-end">
          <Button variant={is_complete ? 'filled' : 'default'} disabled={is_busy} onClick={next}>
            {is_complete ? texts.next : texts.nextUnproven}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
